//! Telling the index of the workspace what can be found of this conversation.
//!
//! How far it was told is a row beside the log, which goes with an erasure. What was told and not noted
//! is told again, and changes nothing then.

use std::rc::Rc;

use inbox_host::Timer;
use inbox_search::feed;
use inbox_types::Seq;
use serde::{Deserialize, Serialize};

use super::{Hand, Shell};
use crate::{
    config,
    platform::now,
    refuse::Result,
    requests::{call, search::SearchRequest},
};

/// Under which name the log notes how far the index was told.
const TOLD: &str = "indexed";

/// How far it was told, of which log.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct IndexProgress {
    epoch: u32,
    seq: Seq,
}

/// The index is owed what was stored before there was one, or what nobody has told it: whoever comes to
/// the conversation sees to it that it is told.
pub(super) fn owe(shell: &Shell) -> Result<()> {
    if shell.is_index_owed.replace(true) || shell.timer(Timer::Index)?.is_some() {
        return Ok(());
    }
    if told(shell)? < shell.log.last()? {
        shell.set_timer(Timer::Index, Some(now()))?;
        shell.arm()?;
    }
    Ok(())
}

/// Tells what follows, until there is no more. The platform runs one alarm after another, and nobody
/// else tells.
pub(super) async fn run(shell: &Rc<Shell>) -> Result<()> {
    let Some(home) = shell.home()? else { return Ok(shell.set_timer(Timer::Index, None)?) };
    let conversation = &home.identity.conversation;
    let index = config::search(&shell.env)?;
    loop {
        let after = told(shell)?;
        let next = shell
            .runner
            .borrow_mut()
            .look(&mut Hand::of(shell), |room, log| feed(conversation, room, log, after))?;
        let Some(feed) = next else { return Ok(shell.set_timer(Timer::Index, None)?) };
        let told = IndexProgress { epoch: feed.epoch, seq: feed.up_to };
        call::ask::<_, ()>(&index, &SearchRequest::Take { feed: Box::new(feed) }).await?;
        // Everything may have been erased meanwhile, and another log have begun.
        if shell.log.standing()?.epoch == told.epoch {
            shell.log.put_meta(TOLD, &told)?;
        }
    }
}

/// The index forgets what was erased.
pub(super) async fn forget(shell: &Shell) -> Result<()> {
    let Some(home) = shell.home()? else { return Ok(()) };
    let conversation = home.identity.conversation.clone();
    let epoch = shell.log.standing()?.epoch;
    call::ask(&config::search(&shell.env)?, &SearchRequest::Erase { conversation, epoch }).await
}

/// The last event that the index was told of.
fn told(shell: &Shell) -> Result<Seq> {
    let told: IndexProgress = shell.log.meta(TOLD)?.unwrap_or_default();
    let is_of_this = told.epoch == shell.log.standing()?.epoch;
    Ok(if is_of_this { told.seq } else { Seq(0) })
}
