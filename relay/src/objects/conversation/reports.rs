//! Telling the desk.

use std::rc::Rc;

use inbox_host::Outgoing;
use inbox_types::Millis;

use super::{Hand, Shell};
use crate::{
    config, platform,
    refuse::Result,
    requests::{call, desk},
};

impl Shell {
    /// Tells the desk after a while.
    pub(super) fn tell_desk_after(self: &Rc<Self>, wait: Millis) {
        let shell = Rc::clone(self);
        self.state.wait_until(async move {
            platform::sleep(wait).await;
            shell.runner.borrow_mut().send_wait_is_over();
            shell.tell_desk().await;
        });
    }

    /// Tells the desk what it does not know yet.
    async fn tell_desk(self: &Rc<Self>) {
        let Err(error) = self.try_tell_desk().await else { return };
        worker::console_error!("the desk was not told: {:?}", error.reason());
        let again = self.runner.borrow_mut().unreported(&mut Hand::of(self));
        if let Err(error) = again {
            worker::console_error!("a report could not be set again: {error:?}");
        }
    }

    pub(super) async fn try_tell_desk(self: &Rc<Self>) -> Result<()> {
        let Some(home) = self.home()? else { return Ok(()) };
        let desk = config::desk(&self.env)?;
        let mut hand = Hand::of(self);
        loop {
            let next = self.runner.borrow_mut().next_report(&mut hand)?;
            let Some(Outgoing { report, receipt }) = next else { return Ok(()) };
            let conversation = home.identity.conversation.clone();
            let ask = desk::DeskRequest::Report { conversation, report: report.clone() };
            call::ask::<_, ()>(&desk, &ask).await?;
            if !self.runner.borrow_mut().reported(&mut hand, &report, receipt)? {
                return Ok(());
            }
        }
    }

    /// The timer of an owed report.
    pub(super) async fn report_due(self: &Rc<Self>) -> Result<()> {
        self.runner.borrow_mut().report_due(&mut Hand::of(self))?;
        let told = self.try_tell_desk().await;
        self.runner.borrow_mut().reports_sent(&mut Hand::of(self))?;
        told
    }
}
