//! How a text is shown: its links, and what is folded.

use inbox_client::{
    Failure,
    presentation::{Delivery, is_grouped, is_long, links::parts, say_once, visible_name},
};
use inbox_types::{Millis, Timestamp};
use proptest::prelude::*;

/// What people write, with each link in ⟦ ⟧; where a link leads elsewhere than its words say, that
/// stands behind an arrow.
const TEXTS: &[&str] = &[
    // Alone, and in a sentence.
    "⟦https://shop.example⟧",
    "⟦http://shop.example/a/b?c=d&e=f#g⟧",
    "See ⟦https://shop.example/tea⟧ and tell me.",
    "⟦HTTPS://SHOP.EXAMPLE/A⟧",
    "Two: ⟦https://a.example⟧ ⟦https://b.example⟧",
    "First line\n⟦https://a.example/x⟧\nlast line",
    "⟦https://a.example/x⟧\tnext cell",
    // Punctuation behind it.
    "Is it ⟦https://a.example/x⟧?",
    "It is ⟦https://a.example/x⟧!",
    "It is ⟦https://a.example/x⟧...",
    "⟦https://a.example/x⟧, ⟦https://a.example/y⟧; ⟦https://a.example/z⟧: all of them",
    "⟦https://a.example/⟧.",
    "⟦https://a.example/x⟧? really",
    "⟦https://a.example/v1.2.3⟧.",
    "⟦https://a.example⟧,⟦https://b.example/x⟧,⟦https://c.example⟧",
    "⟦https://a.example/x⟧;⟦https://b.example⟧",
    // Brackets around it, and in it.
    "(⟦https://a.example/x⟧)",
    "(see ⟦https://a.example/x⟧).",
    "[⟦https://a.example/x⟧] {⟦https://a.example/y⟧} <⟦https://a.example/z⟧>",
    "⟦https://en.example/wiki/Tea_(drink)⟧",
    "(⟦https://en.example/wiki/Tea_(drink)⟧)",
    "⟦https://en.example/wiki/Tea_(drink)⟧, hot",
    "⟦https://a.example/x[1]⟧ ⟦https://a.example/{id}/y⟧",
    "⟦https://a.example/x⟧(look here)",
    "⟦https://a.example⟧(look here)",
    "((⟦https://a.example/(a(b))⟧))",
    // Marks around it.
    "\"⟦https://a.example/x⟧\"",
    "'⟦https://a.example/x⟧'",
    "['⟦https://a.example/x⟧','⟦https://a.example/y⟧']",
    "«⟦https://a.example/x⟧» “⟦https://a.example/y⟧” ‘⟦https://a.example/z⟧’ „⟦https://a.example⟧“",
    "the page \"shop ⟦https://a.example/x⟧\"",
    "⟦https://a.example/x⟧—beautiful, ⟦https://a.example/y⟧…",
    // A query with marks of its own.
    "⟦https://a.example/?q=a|b⟧",
    "⟦https://a.example/?q='tea'⟧",
    "⟦https://a.example/?q=\"tea\"&n=2⟧",
    "⟦https://a.example/?to=https://b.example/x⟧ now",
    "⟦https://a.example/?a[]=1&a[]=2⟧",
    "⟦https://a.example/x;v=1,2;w=3⟧",
    "⟦https://a.example/~anna/-/x_y+z%20$1@2:3!4*5⟧",
    "⟦https://a.example/#!/tea⟧",
    "⟦https://a.example/x=⟧ ⟦https://a.example/y&⟧ ⟦https://a.example/z-⟧ ⟦https://a.example/w/⟧",
    // What is left of Markdown, HTML and other notations.
    "**⟦https://a.example/x⟧**",
    "**⟦https://a.example⟧** *⟦https://a.example/y⟧* ~~⟦https://a.example/z⟧~~",
    "_⟦https://a.example/x_y⟧_ ⟦https://a.example/x_⟧",
    "`⟦https://a.example/x⟧`",
    "[tea](⟦https://a.example/x⟧) and [tea](⟦https://a.example/x_(y)⟧).",
    "[⟦https://a.example⟧](⟦https://a.example⟧)",
    "![picture](⟦https://a.example/x.png⟧)",
    "<⟦https://a.example/x⟧|tea>",
    "|⟦https://a.example/x⟧|⟦https://a.example/y⟧|",
    "<a href=\"⟦https://a.example/x⟧\">tea</a><br>⟦https://a.example/y⟧<br>",
    "⟦https://a.example/x⟧\\n",
    "- ⟦https://a.example/x⟧\n* ⟦https://a.example/y⟧\n1.⟦https://a.example/z⟧",
    // Directly behind a word or a mark.
    "Link:⟦https://a.example/x⟧",
    "Link：⟦https://a.example/x⟧",
    "page=⟦https://a.example/x⟧",
    "->⟦https://a.example/x⟧",
    "сайт⟦https://a.example/x⟧",
    "xhttps://a.example",
    // Chinese, Japanese, Korean, Thai.
    "請看「⟦https://a.example⟧」。",
    "請看⟦https://a.example/x⟧。謝謝",
    "網址：⟦https://a.example/x⟧，謝謝！",
    "（⟦https://a.example/x⟧）《⟦https://a.example/y⟧》【⟦https://a.example/z⟧】",
    "⟦https://a.example/x⟧、⟦https://b.example/y⟧；⟦https://c.example⟧？",
    "看⟦https://a.example⟧请看⟦https://a.example/item/12345⟧谢谢",
    "⟦https://a.example:8080⟧请看",
    "⟦https://zh.example/wiki/中国⟧ 的",
    "⟦https://ja.example/商品A番/一覧⟧",
    "⟦https://a.example/x⟧를 보세요",
    "ดู⟦https://a.example/x⟧นะ",
    "⟦https://例子.中国/路径?词=值⟧",
    "⟦https://a.example/x⟧～⟦https://a.example/y⟧·",
    // Other scripts, and what is drawn.
    "انظر ⟦https://a.example/x⟧، شكرا ⟦https://a.example/y⟧؟",
    "⟦https://пример.рф/чай⟧",
    "⟦https://हिन्दी.example/चाय⟧। और",
    "⟦https://vi.example/wiki/Việt_Nam⟧",
    "⟦https://a.example/x⟧😀 ⟦https://a.example/⟧😀 ⟦https://a.example⟧👍",
    "⟦https://a.example/x⟧\u{200b}y ⟦https://a.example/x⟧\u{202e}y \u{2066}⟦https://a.example/x⟧\u{2069}",
    "⟦https://a.example/x⟧\u{a0}y\u{3000}z",
    // Hosts.
    "⟦http://localhost:3000⟧ ⟦http://127.0.0.1:8080/x⟧ ⟦http://intranet/x⟧",
    "⟦http://[::1]:8080/x⟧ ⟦http://[2001:db8::1]⟧ [⟦http://[::1]⟧]",
    "⟦https://a.example⟧:eighty ⟦https://a.example⟧: ⟦https://a.example:443⟧:",
    "⟦https://anna:secret@a.example/x⟧ ⟦https://anna@a.example⟧",
    "⟦https://a-b.c_d.example⟧ ⟦https://xn--fiqs8s.example⟧",
    "⟦https://a.example⟧.",
    "https:// http://. https://) http://[ http://[x] https:///x https://-a",
    // www.
    "⟦www.shop.example→https://www.shop.example⟧",
    "(⟦www.shop.example/tea→https://www.shop.example/tea⟧), 看⟦www.shop.example→https://www.shop.example⟧。",
    "⟦WWW.Shop.Example→https://WWW.Shop.Example⟧",
    "www. www.. www.shop wwww.shop.example a.www.shop.example x@www.-",
    // Other schemes are none of ours.
    "javascript:alert(1) JaVaScRiPt://%0aalert(1) data:text/html,x vbscript:x",
    "ftp://a.example file:///etc/passwd blob:x intent://x #!x",
    "javascript:⟦https://a.example/x⟧",
    // What only looks like one.
    "e.g. i.e. file.rs main.py 1.2.3 3.14 a/b c:\\d and...so on",
    "http:/a.example http//a.example :// //a.example shop.example shop.example/tea",
    // E-mail.
    "⟦anna@shop.example→mailto:anna@shop.example⟧",
    "Mail:⟦anna@shop.example→mailto:anna@shop.example⟧.",
    "(⟦first.last+tea@mail.shop.example→mailto:first.last+tea@mail.shop.example⟧)",
    "联系⟦anna@shop.example→mailto:anna@shop.example⟧。谢谢",
    "邮箱：⟦anna@shop.example→mailto:anna@shop.example⟧谢谢",
    "<⟦anna@shop.example→mailto:anna@shop.example⟧>,⟦ben@shop.example→mailto:ben@shop.example⟧;",
    "⟦mailto:anna@shop.example⟧ ⟦MAILTO:anna@shop.example?subject=Tea⟧,",
    "⟦jürgen@straße.example→mailto:jürgen@straße.example⟧",
    "-⟦anna@shop.example→mailto:anna@shop.example⟧ _⟦anna@shop.example→mailto:anna@shop.example⟧_",
    "@anna a@b a@b.c1 @ a@ @b.c 5@3.50 x@@shop.example a@-b.example mailto: mailto:anna",
    // Telephone.
    "⟦tel:+441632960960⟧, ⟦tel:112⟧ tel: tel:x tel:+",
    "⟦+44 1632 960960→tel:+441632960960⟧.",
    "Gọi ⟦+84 (28) 3822-1234→tel:+84(28)3822-1234⟧ nhé",
    "电话⟦+8613812345678→tel:+8613812345678⟧，谢谢",
    "⟦+84.912.345.678→tel:+84.912.345.678⟧. 20 pieces",
    "1+1 +5 +20 000 ++4416329609600 C++ 12345678901 +12345678901234567 a+4416329609600",
    "order 4416329609600, 0912 345 678, 2026-11-29, 20.000.000",
    // Masked, it would lead to somebody else.
    "a****@shop.example ****4567@shop.example https://a****@shop.example/x",
    "https://ec***********-145.compute-1.amazonaws.com/x https://a****_b.example https://a****:80/x",
    "https://09****5678.example/x +44****0960 https://s****.example/x **⟦https://a.example⟧**.",
];

#[test]
fn cl31_links_are_exactly_as_long_as_they_are() {
    assert!(80 <= TEXTS.len());
    let mut wrong = Vec::new();
    for expected in TEXTS {
        let text = plain(expected);
        let shown: String = parts(&text)
            .iter()
            .map(|part| match &part.href {
                None => part.text.to_owned(),
                Some(href) if href == part.text => format!("⟦{href}⟧"),
                Some(href) => format!("⟦{}→{href}⟧", part.text),
            })
            .collect();
        if shown != *expected {
            wrong.push(format!("{shown}\n  is not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The text without the marks of the table.
fn plain(marked: &str) -> String {
    let mut text = String::new();
    let mut hidden = false;
    for letter in marked.chars() {
        match letter {
            '⟦' => (),
            '→' => hidden = true,
            '⟧' => hidden = false,
            _ if hidden => (),
            _ => text.push(letter),
        }
    }
    text
}

proptest! {
    /// Whatever is written: nothing is lost or added, and no link leads where none may.
    #[test]
    fn cl31_any_text_is_all_there_and_no_link_has_another_scheme(
        words in proptest::collection::vec(
            prop_oneof![
                "\\PC{0,6}",
                "[ -~]{0,6}",
                proptest::sample::select(vec![
                    "https://", "http://", "HTTPS://", "www.", "mailto:", "tel:", "javascript:", "data:",
                    "a.example", "[::1]", "(", ")", "[", "]", "\"", "'", "<", ">", "。", "「", "*", "_",
                    "@", "+", "+8491234567890", "中国", " ", "\n", "\u{202e}", "\u{0}", "\\", ":", "/",
                ])
                .prop_map(str::to_owned),
            ],
            0..12,
        )
    ) {
        let text: String = words.concat();
        let parts = parts(&text);
        prop_assert_eq!(parts.iter().map(|it| it.text).collect::<String>(), &text[..]);
        for part in parts {
            let Some(href) = part.href else { continue };
            let lower = href.to_ascii_lowercase();
            let known = ["https://", "http://", "mailto:", "tel:"];
            prop_assert!(known.iter().any(|it| lower.starts_with(it)), "{}", href);
            prop_assert!(!href.contains(['<', '>', ' ', '\n', '\\', '\0', '\u{202e}']), "{}", href);
            prop_assert!(href.ends_with(part.text) || lower.starts_with("tel:"), "{}", href);
        }
    }
}

#[test]
fn cl31_the_longest_text_is_read_at_once() {
    for piece in [
        "a.",
        "a@",
        "www.",
        "https://",
        "+1 ",
        "(",
        "https://a*",
        "a@b.",
        "*",
        "x".repeat(70).as_str(),
    ] {
        let text = piece.repeat(10_000 / piece.len());
        let read: usize = parts(&text).iter().map(|it| it.text.len()).sum();
        assert_eq!(read, text.len());
    }
}

#[test]
fn cl32_a_text_is_folded_by_its_lines() {
    assert!(!is_long("", 40));
    assert!(!is_long(&"\n".repeat(19), 40));
    assert!(is_long(&"\n".repeat(20), 40));
    assert!(is_long(&"a\n".repeat(200), 100));
    assert!(!is_long(&"a".repeat(800), 40));
    assert!(is_long(&"a".repeat(801), 40));
    assert!(!is_long(&"a".repeat(801), 100));
    assert!(is_long(&"中".repeat(401), 40));
    // Marks have no width, and the style sheet keeps them in their line.
    assert!(!is_long(&format!("a{}", "\u{301}".repeat(60)).repeat(20), 40));
}

/// What stands under one person's messages, oldest first: `.` nothing, `s` sent, `S` seen, `f` failed.
fn said_once(how_far: &str) -> String {
    let mut deliveries: Vec<Delivery> = how_far
        .chars()
        .map(|it| match it {
            's' => Delivery::Sent,
            'S' => Delivery::Seen,
            'f' => Delivery::Failed { client_id: "c1".parse().unwrap(), why: Failure::TooOld },
            _ => Delivery::Quiet,
        })
        .collect();
    say_once(deliveries.iter_mut().rev());
    let letter = |it: &Delivery| match it {
        Delivery::Sent => 's',
        Delivery::Seen => 'S',
        Delivery::Failed { .. } => 'f',
        Delivery::Quiet | Delivery::Sending | Delivery::Waiting | Delivery::Uploading { .. } => '.',
    };
    deliveries.iter().map(letter).collect()
}

#[test]
fn cl42_sent_and_seen_stand_under_the_last_message_of_which_they_say_something_new() {
    for (all, shown) in [
        ("sss", "..s"),
        ("SSS", "..S"),
        ("SSss", ".S.s"),
        ("SSf", ".Sf"),
        ("Ssfs", "S.fs"),
        ("ffss", "ff.s"),
        (".S.", ".S."),
        ("", ""),
    ] {
        assert_eq!(said_once(all), shown, "{all}");
    }
}

#[test]
fn cl41_what_follows_within_five_minutes_stands_together_unless_the_first_failed() {
    let at = Timestamp::from_millis(1_000_000);
    let failed = Delivery::Failed { client_id: "c1".parse().unwrap(), why: Failure::TooOld };
    for (before, after, together) in [
        (&Delivery::Sent, Millis::minutes(5), true),
        (&Delivery::Sending, Millis(0), true),
        (&Delivery::Sent, Millis(5 * 60_000 + 1), false),
        (&failed, Millis(0), false),
    ] {
        assert_eq!(is_grouped((at, before), at.after(after)), together, "{before:?} {after:?}");
    }
}

#[test]
fn cl43_nothing_that_turns_a_name_around_is_shown_of_it() {
    // Unicode's `Bidi_Control`.
    let turning = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
    for it in turning.chars() {
        assert_eq!(
            visible_name(&format!("invoice{it}fdp.exe")),
            "invoice\u{fffd}fdp.exe",
            "{it:?}"
        );
    }
    for plain in
        ["receipt.pdf", "فاتورة.pdf", "می\u{200c}خواهم.pdf", "ảnh ２.png", "👩\u{200d}🔧.gif"]
    {
        assert_eq!(visible_name(plain), plain);
    }
}
