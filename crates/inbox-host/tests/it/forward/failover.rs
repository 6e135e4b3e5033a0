//! What waits while the receiver is away, once the desk takes over.

use inbox_host::forward::SWITCHED_OFF_STEP;
use inbox_types::Millis;

use super::{REFUSED, Stage};

#[test]
fn ho3_what_waits_is_looked_at_again_when_the_desk_takes_over() {
    let span = Millis::minutes(15);
    for failover in [None, Some(span)] {
        let mut stage = Stage::new("p");
        stage.failover = failover;
        let takes_over = stage.fail_until_it_is_shown().since.after(span);
        let mut asked = Vec::new();
        while stage.now < takes_over.after(Millis::hours(1)) {
            stage.now = stage.timer.unwrap();
            assert!(stage.look(|it| it.asks_first()));
            asked.push(stage.now);
            let attempt = stage.sends().unwrap();
            stage.answers(&attempt, REFUSED);
        }
        assert_eq!(asked.contains(&takes_over), failover.is_some(), "{takes_over:?}: {asked:?}");
    }
    // Nothing is tried while it is switched off, and what holds is asked all the same.
    let mut stage = Stage::new("p");
    stage.failover = Some(span);
    stage.webhook.as_mut().unwrap().disabled = true;
    assert_eq!(stage.sends(), None);
    assert_eq!(stage.timer, Some(stage.now.after(span)));
    stage.now = stage.timer.unwrap();
    assert!(stage.look(|it| it.asks_first()));
    assert_eq!(stage.sends(), None);
    assert_eq!(stage.timer, Some(stage.now.after(SWITCHED_OFF_STEP)));
}
