//! How long visitors wait for an answer.

use inbox_types::{Millis, limits::WAITS_LEAST};

/// What is said of a wait. Of a longer one nothing is: it would send people away and help nobody.
const STEPS: [Millis; 4] =
    [Millis::minutes(5), Millis::minutes(10), Millis::minutes(15), Millis::minutes(30)];

/// Within what time a team answers as a rule, by how long it took of late; none where too little is
/// known of that, or where one waits for long.
#[must_use]
// AV6
pub fn usual_wait(waits: &[Millis]) -> Option<Millis> {
    if waits.len() < WAITS_LEAST {
        return None;
    }
    let mut sorted = waits.to_vec();
    sorted.sort_unstable();
    // Three of four waited no longer.
    let wait = sorted.get((sorted.len() * 3).div_ceil(4) - 1)?;
    STEPS.into_iter().find(|step| wait <= step)
}
