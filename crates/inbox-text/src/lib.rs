//! The catalogue of every text a person reads.
