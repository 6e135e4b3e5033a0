//! One conversation with everybody connected to it, and the desk with every agent connected to it. No I/O.
