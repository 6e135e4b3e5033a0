//! What the demo's marketer has set up: one campaign that asks, as an experiment, and one that
//! greets who comes from a newsletter.

use serde_json::{Value, json};

/// Forms of `POST /v1/campaigns`; a visitor of the shop meets each of them by browsing.
pub(super) fn forms(site: &str) -> [Value; 2] {
    [delivery(site), newsletter(site)]
}

/// On the second piece that is looked at for some seconds. One in five sees nothing, to compare with.
fn delivery(site: &str) -> Value {
    let variant = |key: &str, en: &str, vi: &str, zh: &str| {
        json!({ "key": key, "weight": 1, "texts": {
            "en": words(en, &["What does delivery cost?", "How long does it take?"]),
            "vi": words(vi, &["Phí giao hàng bao nhiêu?", "Giao hàng mất bao lâu?"]),
            "zh-Hant": words(zh, &["運費多少？", "要多久才會到？"]),
        } })
    };
    json!({ "site": site, "plan": {
        "name": "Questions about delivery",
        "rule": { "rule": "all", "of": [
            is(&json!({ "condition": "url", "matches": { "how": "begins", "value": "/products/" } })),
            is(&json!({ "condition": "pages_viewed", "count": { "least": 2 } })),
            is(&json!({ "condition": "page_time", "seconds": 8 })),
        ] },
        "sender": { "who": "next_available" },
        "variants": [
            variant("a", "Any questions about delivery? We answer in a minute.",
                "Bạn có câu hỏi về giao hàng không? Chúng tôi trả lời ngay.",
                "對運送有疑問嗎？我們一分鐘內回覆。"),
            variant("b", "Each piece is packed by hand. Shall we tell you how it travels?",
                "Mỗi món đều được gói bằng tay. Bạn muốn biết nó được gửi thế nào không?",
                "每件作品都由人手包裝。想知道怎麼寄送嗎？"),
        ],
        "control": 20,
        "frequency": { "how": "visit" },
        "collects_messages": true,
        "goal": { "what": { "goal": "conversation" }, "hours": 24 },
    } })
}

/// At `?utm_source=newsletter`, as soon as somebody scrolls.
fn newsletter(site: &str) -> Value {
    json!({ "site": site, "plan": {
        "name": "Readers of the newsletter",
        "rule": { "rule": "all", "of": [
            is(&json!({ "condition": "query", "name": "utm_source",
                "matches": { "how": "is", "value": "newsletter" } })),
            is(&json!({ "condition": "scroll", "percent": 30 })),
        ] },
        "variants": [{ "key": "a", "weight": 1, "texts": {
            "en": words("Good to see you! The first choice of the new glazes is yours: ask us.", &[]),
        } }],
        "collects_messages": true,
    } })
}

fn is(condition: &Value) -> Value {
    let mut rule = condition.clone();
    rule["rule"] = json!("is");
    rule
}

fn words(text: &str, replies: &[&str]) -> Value {
    json!({ "text": text, "replies": replies })
}
