//! The rules of conversations: sessions, legs, offers, permissions, ordering, masking, routing.
