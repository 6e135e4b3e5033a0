//! The seeded world: clients, rooms and a desk on an in-memory network, disk and clock.
