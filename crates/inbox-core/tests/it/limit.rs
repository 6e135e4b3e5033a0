//! How many at once.

use inbox_core::{Rejection, limit};
use inbox_types::{MessageText, SiteSettings};

use crate::script;

#[test]
fn x3_no_setting_lets_a_message_be_longer_than_the_product() {
    let site = SiteSettings { visitor_max_chars: 20_000, ..SiteSettings::default() };
    let longest: MessageText = script::text(&"ế".repeat(10_000));
    assert_eq!(limit::visitor_message(Some(&longest), 0, &site), Ok(()));
    assert!(MessageText::try_from("ế".repeat(10_001)).is_err());
    let site = SiteSettings { visitor_max_chars: 9_999, ..SiteSettings::default() };
    let refused = Err(Rejection::TooLong { max: 9_999 });
    assert_eq!(limit::visitor_message(Some(&longest), 0, &site), refused);
}

#[test]
fn x12_a_bulk_transfer_takes_twenty() {
    assert_eq!(limit::bulk_transfer(20), Ok(()));
    assert_eq!(limit::bulk_transfer(21), Err(Rejection::TooMany { max: 20 }));
}

#[test]
fn x13_any_other_bulk_operation_takes_a_hundred() {
    assert_eq!(limit::bulk(100), Ok(()));
    assert_eq!(limit::bulk(101), Err(Rejection::TooMany { max: 100 }));
}
