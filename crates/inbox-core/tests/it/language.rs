//! The language of a conversation.

use expect_test::expect;
use inbox_core::{
    EventKind,
    language::{n_words, of_system_messages},
};
use inbox_types::{Language, LanguageSource, limits::CERTAIN_WORDS};

use crate::{check, scene::Scene, script};

#[test]
fn g1_the_browser_says_the_first_language() {
    check(
        "with browser vi,en",
        "visitor writes ok",
        &expect![[r#"
          opened for sales
          browser: vi
        » visitor wrote: ok
        = 1 queued"#]],
    );
}

#[test]
fn g1_a_browser_that_says_nothing_leaves_it_open() {
    check(
        "",
        "visitor writes ok",
        &expect![[r#"
          opened for sales
        » visitor wrote: ok
        = 1 queued"#]],
    );
}

#[test]
fn g2_a_clear_text_changes_the_language() {
    check(
        "with browser en
         visitor writes hello",
        "visitor says vi 95",
        &expect![[r#"
              text: vi
            » visitor wrote: words
            = 1 queued"#]],
    );
}

#[test]
fn g2_an_unclear_text_changes_nothing() {
    check(
        "with browser en
         visitor writes hello",
        "visitor says vi 94",
        &expect![[r#"
            » visitor wrote: words
            = 1 queued"#]],
    );
}

#[test]
fn g2_a_text_without_language_changes_nothing() {
    check(
        "with browser en
         visitor writes hello",
        "visitor says - 100",
        &expect![[r#"
            » visitor wrote: words
            = 1 queued"#]],
    );
}

#[test]
fn g2_the_same_language_is_no_change() {
    check(
        "with browser pt-BR
         visitor writes oi",
        "visitor says pt 99",
        &expect![[r#"
            » visitor wrote: words
            = 1 queued"#]],
    );
}

#[test]
fn g9_too_few_words_change_nothing() {
    check(
        "with browser en
         visitor writes hello",
        "visitor says vi 99 2
         visitor says vi 99 3",
        &expect![[r#"
            » visitor wrote: words
            = 1 queued
              text: vi
            » visitor wrote: words
            = 1 queued"#]],
    );
}

#[test]
fn g9_names_loan_words_and_repeated_lines_are_too_few() {
    let few: &[&[&str]] = &[
        &["Nguyễn Thị Minh Khai"],
        &["Giuseppe Verdi"],
        &["María de los Ángeles García"],
        &["Vincent van Gogh"],
        &["NGUYEN VAN AN"],
        &["Олена Коваль"],
        &["Jean-Luc Picard!"],
        &["ok", "Nguyễn Văn An"],
        &["hello", "giuseppe verdi"],
        &["hi", "maria garcia lopez"],
        &["ok", "nguyen van an"],
        &["hello", "فاطمة بن عمر"],
        &["hey", "गणेश महर्जन"],
        &["hello", "佳奈 小原"],
        &["hi", "さくら たなか"],
        &["hello", "วาสนา ศิริกุล"],
        &["Hi!", "נח יושע"],
        &["iphone samsung galaxy", "iphone", "ABC-12"],
        &["Schadenfreude"],
        &["déjà vu"],
        &["ciao ciao ciao ciao"],
        &["la pasta"; 7],
        &["Ciao!", "ciao", "CIAO", "ciao..."],
        &["王小明"],
        &["你好"],
        &["山田"],
        &["山田 さくら"],
        &["12345 67890 11111 22222"],
        &["https://shop.example/a a@b.example c_d e.f"],
        &["a b c d e f"],
        &["👍 👍 👍 👍", "?! ... --"],
        &[],
    ];
    let found = ["ar", "de", "en", "es", "fr", "he", "hi", "it", "nl", "pt", "uk", "vi", "ne"];
    let found = found.into_iter().map(Some).chain([None]);
    for (texts, code) in few.iter().flat_map(|texts| found.clone().map(move |code| (texts, code))) {
        assert!(words_of(texts, code) < CERTAIN_WORDS, "{texts:?} {code:?}");
    }
    let enough: &[&[&str]] = &[
        &["Guten Tag, wo ist mein Paket?"],
        &["tôi muốn hỏi giá"],
        &["Xin chào, tôi là Linh"],
        &["WHERE IS MY ORDER NOW PLEASE"],
        &["où est ma commande"],
        &["ciao", "vorrei", "sapere"],
        &["toi muon hoi", "cam on", "bao nhieu tien"],
        &["請問有貨嗎"],
        &["你好", "有货吗"],
        &["こんにちは、在庫はありますか"],
        &["注文の確認をしたい"],
        &["ผมต้องการสอบถามเรื่องการสั่งซื้อ"],
        &["أين طلبي من فضلك"],
        &["क्या यह उपलब्ध है"],
        &["제 주문은 어디에 있나요"],
    ];
    for texts in enough {
        assert!(CERTAIN_WORDS <= words_of(texts, None), "{texts:?}");
    }
}

#[test]
fn g9_distinct_words_of_one_script_are_counted() {
    let counts: &[(&[&str], u8)] = &[
        (&["where is my order, and where is my refund"], 6),
        (&["where is my order now", "where is my order now"], 5),
        (&["де мій чай", "my order number please"], 4),
        (&["ok"; 40], 1),
        (&["Guten Tag"], 0),
    ];
    for (texts, count) in counts {
        assert_eq!(words_of(texts, None), *count, "{texts:?}");
    }
}

#[test]
fn g9_a_common_word_shows_that_a_short_text_is_no_name() {
    let counts: &[(&[&str], &str, u8)] = &[
        (&["wo ist es"], "de", 3),
        (&["Wo ist Peter"], "de", 3),
        (&["Paket ist da"], "de", 3),
        (&["ISN’T IT BROKEN"], "en", 3),
        (&["où est"], "fr", 3),
        (&["giá bao nhiêu"], "vi", 3),
        (&["де замовлення"], "uk", 3),
        (&["मेरा ऑर्डर"], "hi-IN", 3),
        (&["wo ist es, wann kommt es"], "de", 5),
        // One word is one word, and what is no word of the language says nothing.
        (&["wo"], "de", 2),
        (&["wo ist es"], "en", 1),
        (&["nguyen tra my"], "vi", 1),
        (&["ciao giuseppe verdi"], "it", 1),
        (&["thanks mohammed ali"], "en", 1),
        (&["thank you"], "en", 1),
        (&["need help please"], "en", 1),
    ];
    for (texts, code, count) in counts {
        assert_eq!(words_of(texts, Some(code)), *count, "{texts:?} {code}");
    }
}

fn words_of(texts: &[&str], code: Option<&str>) -> u8 {
    let language: Option<Language> = code.map(|it| it.parse().unwrap());
    n_words(texts.iter().copied(), language.as_ref())
}

#[test]
fn g3_an_agents_choice_is_above_all() {
    check(
        "with browser en
         visitor writes hello
         ana takes
         ana speaks uk",
        "visitor says vi 99",
        &expect![[r#"
            » visitor wrote: words
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn g3_an_agents_choice_can_be_cleared() {
    check(
        "with browser en
         visitor writes hello
         ana takes
         ana speaks uk",
        "ana speaks -
         visitor says vi 99",
        &expect![[r#"
              agent: no choice
            = 1 active by ana [ana joined]
              text: vi
            » visitor wrote: words
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn g3_choosing_twice_is_choosing_once() {
    check(
        "visitor writes hello
         ana takes
         ana speaks uk",
        "ana speaks uk",
        &expect!["= 1 active by ana [ana joined]"],
    );
}

#[test]
fn g4_a_visitors_choice_is_above_the_text() {
    check(
        "with browser en
         visitor writes hello
         visitor speaks uk",
        "visitor says vi 99",
        &expect![[r#"
            » visitor wrote: words
            = 1 queued"#]],
    );
}

#[test]
fn g4_nobody_else_chooses() {
    check(
        "visitor writes hello
         ana takes",
        "robo speaks vi
         desk speaks vi
         mia speaks vi
         visitor speaks -",
        &expect![[r#"
            refused: not allowed
            refused: not allowed
            refused: not allowed
            refused: not allowed"#]],
    );
}

#[test]
fn g5_a_text_that_does_not_tell_its_script_keeps_the_browsers() {
    check(
        "with browser zh-TW
         visitor writes hello",
        "visitor says zh 99",
        &expect![[r#"
            » visitor wrote: words
            = 1 queued"#]],
    );
}

#[test]
fn g5_a_text_that_does_not_tell_its_script_asks_the_browser() {
    check(
        "with browser en,zh-TW
         visitor writes hello",
        "visitor says zh 99",
        &expect![[r#"
              text: zh-TW
            » visitor wrote: words
            = 1 queued"#]],
    );
}

#[test]
fn g5_the_two_chinese_scripts_are_two_languages() {
    check(
        "with browser zh-TW
         visitor writes hello",
        "visitor says zh-Hans 99",
        &expect![[r#"
              text: zh-Hans
            » visitor wrote: words
            = 1 queued"#]],
    );
}

#[test]
fn g6_the_browsers_own_tag_is_kept() {
    check(
        "with browser en,fr-CA
         visitor writes hello",
        "visitor says fr 99",
        &expect![[r#"
              text: fr-CA
            » visitor wrote: words
            = 1 queued"#]],
    );
}

#[test]
fn g7_system_messages_speak_the_language_in_force_where_it_is_translated() {
    assert_eq!(speaks("with browser vi", "visitor writes hello"), "vi");
    assert_eq!(speaks("with browser fr", "visitor writes hello"), "en");
    assert_eq!(speaks("", "visitor writes hello"), "en");
    assert_eq!(speaks("with browser fr\nvisitor writes hello\nana takes", "ana speaks uk"), "uk");
}

#[test]
fn g7_a_site_can_force_its_main_language() {
    let mut scene = Scene::default();
    scene.context.site.force_main_language = true;
    scene.play("with browser vi").unwrap();
    scene.play("visitor writes hello").unwrap();
    assert_eq!(system_language(&scene), "en");
}

#[test]
fn g8_detection_and_source_travel_with_the_message() {
    let mut scene = Scene::default();
    scene.play("with browser en").unwrap();
    scene.play("visitor says vi 96").unwrap();
    scene.play("ana takes").unwrap();
    scene.play("ana says vi 96").unwrap();
    let said: Vec<_> = scene
        .log
        .iter()
        .filter_map(|it| match &it.event.kind {
            EventKind::Posted { detection, language_source, .. } => {
                let confidence = detection.as_ref().map(|it| it.confidence);
                Some((confidence, *language_source))
            }
            _ => None,
        })
        .collect();
    assert_eq!(said, [(Some(96), Some(LanguageSource::Text)), (None, None)]);
}

fn speaks(given: &str, when: &str) -> String {
    let mut scene = Scene::default();
    for line in script::lines(given).chain([when]) {
        scene.play(line).unwrap();
    }
    system_language(&scene)
}

fn system_language(scene: &Scene) -> String {
    let translated = ["en", "vi", "uk"].map(script::id::<Language>);
    let language =
        of_system_messages(scene.conversation.language(), &scene.context.site, |language| {
            translated.contains(language)
        });
    language.as_str().to_owned()
}
