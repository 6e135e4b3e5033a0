//! What is shown of a find: the words that were looked for, and what stands around them.

use std::ops::Range;

use inbox_protocol::http::SnippetPart;
use inbox_types::limits::SEARCH_SNIPPET;

use crate::{fold::words, query::Term};

/// Characters before the first word that was looked for.
const BEFORE: usize = 40;

/// The part of a text where the terms stand; its beginning if they stand nowhere.
// SE8
pub(crate) fn snippet(text: &str, terms: &[Term]) -> Vec<SnippetPart> {
    let words = words(text);
    let mut places: Vec<Range<usize>> = terms.iter().flat_map(|it| it.places(&words)).collect();
    places.sort_by_key(|it| (it.start, it.end));
    let first = places.first().map_or(0, |it| it.start);
    let before = text[..first].char_indices().rev().take(BEFORE).last();
    let begin = before.map_or(first, |(at, _)| at);
    let end =
        text[begin..].char_indices().nth(SEARCH_SNIPPET).map_or(text.len(), |it| begin + it.0);
    let mut parts = Parts::default();
    if 0 < begin {
        parts.add("…", false);
    }
    let mut at = begin;
    for place in places {
        let place = place.start.max(at)..place.end.min(end);
        if place.start < place.end {
            parts.add(&text[at..place.start], false);
            parts.add(&text[place.clone()], true);
            at = place.end;
        }
    }
    parts.add(&text[at..end], false);
    if end < text.len() {
        parts.add("…", false);
    }
    parts.0
}

#[derive(Default)]
struct Parts(Vec<SnippetPart>);

impl Parts {
    /// Two neighbours of one kind are one part.
    fn add(&mut self, text: &str, found: bool) {
        match self.0.last_mut().filter(|it| it.found == found) {
            _ if text.is_empty() => (),
            Some(last) => last.text.push_str(text),
            None => self.0.push(SnippetPart { text: text.to_owned(), found }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Query;

    fn shown(text: &str, raw: &str) -> String {
        let parts = snippet(text, &Query::parse(raw, 0).said);
        let part = |it: SnippetPart| if it.found { format!("[{}]", it.text) } else { it.text };
        parts.into_iter().map(part).collect()
    }

    #[test]
    fn se8_what_was_looked_for_is_marked_where_it_stands() {
        for (text, raw, expected) in [
            ("Tôi muốn đổi hàng", "doi", "Tôi muốn [đổi] hàng"),
            ("Tôi muốn đổi hàng", "hang doi", "Tôi muốn [đổi] [hàng]"),
            ("退貨政策說明", "退货", "[退貨]政策說明"),
            ("退货政策说明", "货政策", "退[货政策]说明"),
            (
                "Write to anna.berg@example.com!",
                "anna.berg@example.com",
                "Write to [anna.berg@example.com]!",
            ),
            ("A refund", "card", "A refund"),
            ("refunds refund", "refund", "[refunds] [refund]"),
        ] {
            assert_eq!(shown(text, raw), expected, "{raw}");
        }
    }

    #[test]
    fn se8_of_a_long_text_what_stands_around_is_shown() {
        let text = format!("{} needle {}", "đ ".repeat(500), "🙏 ".repeat(500));
        let shown = shown(&text, "needle");
        assert!(
            shown.starts_with('…') && shown.ends_with('…') && shown.contains("[needle]"),
            "{shown}"
        );
        assert!(shown.chars().count() <= SEARCH_SNIPPET + 4, "{shown}");
    }
}
