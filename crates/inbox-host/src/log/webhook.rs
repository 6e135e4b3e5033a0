//! Where a site's webhook begins in the log.

use inbox_protocol::http::Webhook;
use inbox_types::Seq;

use super::ConversationLog;
use crate::{
    forward::{Beginning, Cursor, beginning, cursor_name},
    sql::Sql,
};

/// Under which name it is noted where a webhook began of which nobody noted when that was.
const BEGAN: &str = "webhook_began";

impl<S: Sql> ConversationLog<S> {
    /// Gives a webhook its beginning in the log, once.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO9, HO202
    pub fn begin_webhook(&self, webhook: &Webhook) -> Result<(), S::Error> {
        let name = cursor_name(webhook);
        if self.cursor(&name)?.is_some() {
            return Ok(());
        }
        let seq = match beginning(webhook) {
            Beginning::After(at) => self.last_before(at)?,
            Beginning::AtTheEnd => {
                let seq = self.last()?;
                self.put_meta(BEGAN, &seq)?;
                seq
            }
        };
        self.put_cursor(&name, Cursor { seq, tries: 0 })?;
        self.forget_cursors_but(&name)
    }

    /// The event after which a webhook is owed what happened.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    // HO202
    pub fn owed_after(&self, webhook: &Webhook) -> Result<Seq, S::Error> {
        if let Beginning::After(at) = beginning(webhook) {
            return self.last_before(at);
        }
        if let Some(began) = self.meta(BEGAN)? {
            return Ok(began);
        }
        // An earlier release did not note it. What stands before the cursor may be older than the webhook.
        let began = match self.cursor(&cursor_name(webhook))? {
            Some(cursor) => cursor.seq,
            None => self.last()?,
        };
        self.put_meta(BEGAN, &began)?;
        Ok(began)
    }
}
