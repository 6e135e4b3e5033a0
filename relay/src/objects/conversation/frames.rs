//! What sockets say.

use std::rc::Rc;

use inbox_protocol::{CloseCode, FromAgent, FromVisitor, Refusal};
use inbox_room::{
    AnsweredCampaign, Batch, Beforehand, CampaignSnapshot, Conn, Connection, Input, Needs,
    Principal,
};
use inbox_types::{Author, Detection, Language, limits::FRAME_BYTES};
use wasm_bindgen::{JsCast as _, JsValue};
use worker::web_sys;

use super::{Hand, Shell, message_text};
use crate::{
    config,
    language::DetectionWindow,
    parse, planted,
    platform::{now, sockets::Sockets},
    refuse::Result,
    requests::call,
    workspace::request::WorkspaceRequest,
};

/// Messages of the visitor that the detector reads at most.
const TEXTS: u64 = 30;

impl Shell {
    pub(super) async fn receive_or_close(
        self: &Rc<Self>,
        socket: web_sys::WebSocket,
        message: JsValue,
    ) {
        let Some(conn) = Sockets::<Connection>::conn(&self.state, &socket.into()) else { return };
        // Looked at before it is copied: what is too long is not taken in.
        let is_long = message
            .dyn_ref::<js_sys::JsString>()
            .is_some_and(|it| u32::try_from(FRAME_BYTES).is_ok_and(|most| most < it.length()));
        let heard = if is_long {
            self.garbled(conn, Refusal::TooLarge)
        } else {
            self.receive(conn, message.as_string()).await
        };
        if let Err(error) = heard {
            // It was not stored, so nobody may believe it was: the browser dials again.
            worker::console_error!("fault in a conversation: {error:?}");
            self.sockets.close(&self.state, conn, CloseCode::Restart);
        }
    }

    async fn receive(self: &Rc<Self>, conn: Conn, text: Option<String>) -> Result<()> {
        let Some(text) = text else {
            return self.drive(Input::Garbled { conn, reason: Refusal::Malformed });
        };
        let Some(reader) = self.sockets.reader(&self.state, conn) else { return Ok(()) };
        match reader.who {
            Principal::Visitor(_) => match parse::json::<FromVisitor>(&text, FRAME_BYTES) {
                Ok(mut frame) => {
                    if let FromVisitor::Hello(hello) = &mut frame {
                        planted::resume_too_late(&mut hello.after);
                    }
                    let needs = self.prepare(conn, &frame).await?;
                    let said = match needs.campaign {
                        Some(answered) => self.said(answered, &reader.languages).await?,
                        None => None,
                    };
                    let detection = self.detect(&frame, &reader.languages)?;
                    self.drive(Input::Visitor { conn, frame, detection, said })
                }
                Err(reason) => self.garbled(conn, reason),
            },
            Principal::Agent(_) => match parse::json::<FromAgent>(&text, FRAME_BYTES) {
                Ok(FromAgent::Renew { grant }) => {
                    let grant = self.config()?.grants().read(&grant, now());
                    self.drive(Input::Renewed { conn, grant })
                }
                Ok(mut frame) => {
                    if let FromAgent::Hello(hello) = &mut frame {
                        planted::resume_too_late(&mut hello.after);
                    }
                    self.drive(Input::Agent { conn, frame })
                }
                Err(reason) => self.garbled(conn, reason),
            },
        }
    }

    fn garbled(self: &Rc<Self>, conn: Conn, reason: Refusal) -> Result<()> {
        worker::console_log!("refused {reason:?} at conversation frame");
        self.drive(Input::Garbled { conn, reason })
    }

    /// Asks the workspace what must be known before a frame is heard (RM51).
    async fn prepare(self: &Rc<Self>, conn: Conn, frame: &FromVisitor) -> Result<Needs> {
        let mut needs = self.needs(conn, frame)?;
        if let Some(beforehand) = needs.workspace {
            self.ask_before(beforehand).await?;
            needs = self.needs(conn, frame)?;
            if beforehand == Beforehand::Facts && needs.workspace == Some(Beforehand::Register) {
                self.ask_before(Beforehand::Register).await?;
            }
        }
        Ok(needs)
    }

    fn needs(self: &Rc<Self>, conn: Conn, frame: &FromVisitor) -> Result<Needs> {
        let mut hand = Hand::of(self);
        self.runner.borrow_mut().look(&mut hand, |room, log| room.needs(now(), conn, frame, log))
    }

    /// What the campaign said that a post answers, as the workspace's book has it.
    async fn said(
        self: &Rc<Self>,
        answered: AnsweredCampaign,
        accepted: &[Language],
    ) -> Result<Option<Box<CampaignSnapshot>>> {
        let Some(home) = self.home()? else { return Ok(None) };
        let ask = WorkspaceRequest::Said {
            site: home.identity.site.clone(),
            campaign: answered.campaign,
            variant: answered.variant,
            shown_in: answered.language,
            accepted: accepted.to_vec(),
        };
        let env = self.env.clone();
        // Frames that come meanwhile wait, so that their order stays.
        let said = self.state.block_concurrency_while(async move {
            Ok(call::ask(&config::workspace(&env)?, &ask).await)
        });
        said.await?
    }

    /// What the detector says of a post, read together with what was written before it.
    fn detect(
        &self,
        frame: &FromVisitor,
        browser: &[Language],
    ) -> worker::Result<Option<Detection>> {
        let FromVisitor::Post { text: Some(text), .. } = frame else { return Ok(None) };
        let Some(home) = self.home()? else { return Ok(None) };
        let mut heard = self.heard.borrow_mut();
        if heard.is_none() {
            let texts = self.log.visitor_texts(TEXTS)?;
            *heard = Some(DetectionWindow::of(texts.iter().map(String::as_str)));
        }
        let main = &home.site.facts.site.main_language;
        Ok(heard.as_ref().map(|it| it.detect(text.as_str(), browser, main)))
    }

    /// Keeps what was heard in step with the log.
    pub(super) fn note_texts(&self, batch: &Batch) {
        let mut heard = self.heard.borrow_mut();
        if !batch.rewritten.is_empty() {
            *heard = None;
        }
        let Some(heard) = heard.as_mut() else { return };
        for stored in &batch.events {
            let by_visitor = matches!(stored.idempotency_key(), Some((Author::Visitor, _)));
            if let Some(text) = message_text(stored).filter(|_| by_visitor) {
                heard.add(text.as_str());
            }
        }
    }
}
