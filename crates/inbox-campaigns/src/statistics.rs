//! What counts mean: rates, their difference from the control group's, and how sure that is,
//! however often somebody looks.

/// So many of so many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// Of how many.
    pub of: u64,
    /// How many.
    pub n: u64,
}

/// A variant beside the control group.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Difference {
    /// The variant's rate less the control group's.
    pub estimate: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}
