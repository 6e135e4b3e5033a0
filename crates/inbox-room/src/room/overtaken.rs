//! Lines that come once more over another socket, after later ones of the same browser were stored.
//!
//! A browser that loses its socket before a refusal arrives sends the refused line again over the next
//! one. What it had sent over the first may still be on its way and be stored meanwhile: taken now, the
//! earlier line would stand after the later one.

use inbox_types::{ClientId, limits};

use super::{Room, turn::Turn};
use crate::{Conn, Output, Principal};

impl Room {
    /// Notes with its socket that a line was refused, and may come again over another.
    // RM160
    pub(super) fn note_refused(&mut self, turn: &mut Turn<'_>, conn: Conn, line: &ClientId) {
        let Some(reader) = self.readers.get_mut(&conn) else { return };
        note(&mut reader.refused, line);
        let reader = reader.clone();
        turn.told.push(Output::Remember { conn, reader });
    }

    /// A line was stored that came over this socket: those that were refused there before are not taken
    /// over another that is open by now. Who dials later hears of the stored line before they speak.
    // RM160
    pub(super) fn overtake(&mut self, turn: &mut Turn<'_>, conn: Conn, stored: &ClientId) {
        let Some(reader) = self.readers.get_mut(&conn) else { return };
        if reader.refused.is_empty() {
            return;
        }
        let mut refused = std::mem::take(&mut reader.refused);
        refused.retain(|it| it != stored);
        let who = reader.who.clone();
        for (other, reader) in &mut self.readers {
            if *other == conn {
                turn.told.push(Output::Remember { conn, reader: reader.clone() });
            } else if is_same_person(&who, &reader.who) && !refused.is_empty() {
                for line in &refused {
                    note(&mut reader.overtaken, line);
                }
                turn.told.push(Output::Remember { conn: *other, reader: reader.clone() });
            }
        }
    }

    /// Whether a line would stand after a later one of the same browser. It is asked once: whoever sends
    /// it again after that has heard the refusal, and wants it where it then stands.
    // RM160
    pub(super) fn is_overtaken(
        &mut self,
        turn: &mut Turn<'_>,
        conn: Conn,
        line: &ClientId,
    ) -> bool {
        let Some(reader) = self.readers.get_mut(&conn) else { return false };
        let before = reader.overtaken.len();
        reader.overtaken.retain(|it| it != line);
        let is_overtaken = reader.overtaken.len() < before;
        if is_overtaken {
            let reader = reader.clone();
            turn.told.push(Output::Remember { conn, reader });
        }
        is_overtaken
    }
}

fn note(lines: &mut Vec<ClientId>, line: &ClientId) {
    lines.retain(|it| it != line);
    lines.push(line.clone());
    let bytes = |lines: &[ClientId]| -> usize {
        lines.iter().map(|it| it.as_str().len() + r#""","#.len()).sum()
    };
    while limits::REFUSED_LINES_BYTES < bytes(lines) {
        lines.remove(0);
    }
}

fn is_same_person(one: &Principal, other: &Principal) -> bool {
    match (one, other) {
        (Principal::Visitor(_), Principal::Visitor(_)) => true,
        (Principal::Agent(one), Principal::Agent(other)) => one.agent == other.agent,
        (Principal::Visitor(_), Principal::Agent(_))
        | (Principal::Agent(_), Principal::Visitor(_)) => false,
    }
}
