//! A browser's side of a conversation: transcript, local echo, unsent lines, reconnect and resume. No I/O.
