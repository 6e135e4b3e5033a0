//! A conversation on a stage: its log, its clock, its settings.

use inbox_core::{
    Change, Context, Conversation, EventKind, Rejection, Request, Speaker, Target, apply, timers,
};
use inbox_types::{Author, Millis, Place, Seq, Timestamp};

use crate::{script, show};

pub(crate) struct Scene {
    pub(crate) conversation: Conversation,
    pub(crate) context: Context,
    pub(crate) now: Timestamp,
    pub(crate) log: Vec<Change>,
}

impl Default for Scene {
    fn default() -> Self {
        let mut context = Context::default();
        context.site.ask_rating = false;
        context.department = Some(script::department("sales"));
        Self {
            conversation: Conversation::default(),
            context,
            now: Timestamp::from_millis(1_000_000),
            log: Vec::new(),
        }
    }
}

impl Scene {
    /// Does what a line says, and records what it causes.
    pub(crate) fn play(&mut self, line: &str) -> Result<Vec<Change>, Rejection> {
        if let Some(span) = line.strip_prefix("after ") {
            self.now = self.now.after(script::span(span));
            return Ok(Vec::new());
        }
        if let Some(setting) = line.strip_prefix("with ") {
            script::set(&mut self.context, setting);
            return Ok(Vec::new());
        }
        let request = script::request(self, line);
        self.ask(request)
    }

    /// Asks, and records what it causes. A law holds the two in step.
    pub(crate) fn ask(&mut self, request: Request) -> Result<Vec<Change>, Rejection> {
        let changes = apply(&self.conversation, &self.context, request)?;
        for change in &changes {
            self.conversation.fold(&change.event);
            self.log.push(change.clone());
        }
        Ok(changes)
    }

    /// Plays a line, and says what came of it.
    pub(crate) fn show(&mut self, line: &str) -> String {
        match self.play(line) {
            Err(refused) => format!("refused: {refused}"),
            Ok(changes) => {
                let mut lines: Vec<String> = changes.iter().map(show::change).collect();
                lines.push(show::state(&self.conversation));
                lines.join("\n")
            }
        }
    }

    /// The message at a place of the log, as the shell would look it up.
    pub(crate) fn target(&self, seq: u64) -> Target {
        let index = usize::try_from(seq).unwrap() - 1;
        let shown = self.log[..=index].iter().filter(|it| it.event.visitor_sees()).count();
        let event = &self.log[index].event;
        let EventKind::Posted { by, visibility, .. } = &event.kind else {
            panic!("there is no message at {seq}");
        };
        let deleted = self
            .log
            .iter()
            .any(|it| matches!(&it.event.kind, EventKind::Deleted { of, .. } if *of == Seq(seq)));
        Target {
            seq: Seq(seq),
            n: event.visitor_sees().then(|| Place(u64::try_from(shown).unwrap())),
            author: match by {
                Speaker::Agent(card) => Author::Agent(card.id.clone()),
                other => other.author(),
            },
            visibility: *visibility,
            deleted,
            session: event.session,
        }
    }

    /// What the clock will do, in order.
    pub(crate) fn timers(&self) -> String {
        let mut timers: Vec<String> = timers(&self.conversation, &self.context)
            .into_iter()
            .map(|(kind, at)| format!("{kind:?} in {}", show::span(at.since(self.now))))
            .collect();
        if timers.is_empty() {
            timers.push("no timer".to_owned());
        }
        timers.join(", ")
    }

    /// A span from now.
    pub(crate) fn later(&self, span: Millis) -> Timestamp {
        self.now.after(span)
    }
}
