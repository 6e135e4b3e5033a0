//! Where files can be fetched: by addresses that hold for minutes.

use inbox_protocol::FromVisitor;
use inbox_types::{FileId, Millis, Timestamp, limits::FILE_LINK_LIFE};

use super::{Effect, Model};

/// An address is asked for anew before it stops working.
const LINK_FRESH: Millis = Millis(FILE_LINK_LIFE.0 - 30_000);

/// Where a file can be fetched.
#[derive(Clone, Debug)]
pub(super) enum Address {
    Asked { then_open: bool },
    Known { url: String, at: Timestamp },
}

impl Model {
    pub(super) fn want_file(
        &mut self,
        now: Timestamp,
        file: FileId,
        open: bool,
        out: &mut Vec<Effect>,
    ) {
        // What is under way there is nowhere yet.
        let uploads = self.client.lines().iter().any(|it| it.draft.uploads.contains(&file));
        let live = self.client_is_live() && !uploads;
        match self.links.iter_mut().find(|it| it.0 == file).map(|it| &mut it.1) {
            Some(Address::Known { url, at }) if now.since(*at) < LINK_FRESH => {
                if open {
                    out.push(Effect::OpenLink(url.clone()));
                }
            }
            Some(Address::Asked { then_open }) => *then_open |= open,
            Some(Address::Known { .. }) | None if live => {
                self.set_link(file.clone(), Address::Asked { then_open: open });
                out.push(Effect::Say(FromVisitor::Link { file }));
            }
            Some(Address::Known { .. }) | None => (),
        }
    }

    pub(super) fn set_link(&mut self, file: FileId, address: Address) -> Option<Address> {
        if let Some((_, known)) = self.links.iter_mut().find(|it| it.0 == file) {
            return Some(std::mem::replace(known, address));
        }
        self.links.push((file, address));
        None
    }
}
