//! The desk for agents, supervisors, marketers and admins.
