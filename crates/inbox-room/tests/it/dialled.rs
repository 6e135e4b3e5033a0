//! RM170 at the desk: whether a console comes in is known before it counts.

use inbox_room::{Desk, DeskInput, DeskOutput};

/// That what the desk says beforehand of a console that dials is what came of it.
pub(crate) fn is_known_beforehand(desk: &Desk, input: &DeskInput, outputs: &[DeskOutput]) {
    let DeskInput::Connected { conn: dialled, member, rights } = input else { return };
    let closed = outputs.iter().find_map(|it| match it {
        DeskOutput::Close { conn, code } if conn == dialled => Some(*code),
        _ => None,
    });
    assert_eq!(desk.turns_away(member, *rights), closed, "whether a console comes in");
}
