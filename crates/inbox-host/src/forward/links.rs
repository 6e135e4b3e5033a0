//! Where a receiver gets the files of a message.
//!
//! The rules of deliveries know of files, and not of the hosts and keys of addresses: whoever sends a
//! delivery puts the addresses in.

use inbox_types::FileId;
use serde_json::{Value as Json, json};

use super::Delivery;

/// A delivery with an address beside each of its files, as it is sent now: a retry has another one.
// HO90
#[must_use]
pub fn with_links(delivery: Delivery, address: impl Fn(&FileId) -> String) -> Delivery {
    let Ok(mut body) = serde_json::from_str::<Json>(&delivery.body) else { return delivery };
    if !link_files(&mut body, address) {
        return delivery;
    }
    Delivery { body: body.to_string(), ..delivery }
}

/// Puts an address beside each file of an event; false if it has none.
// HO90
pub fn link_files(event: &mut Json, address: impl Fn(&FileId) -> String) -> bool {
    let files = event.pointer_mut("/data/message/files").and_then(Json::as_array_mut);
    let Some(files) = files.filter(|it| !it.is_empty()) else { return false };
    for file in files {
        if let Some(id) = file["id"].as_str().and_then(|it| it.parse().ok()) {
            file["url"] = json!(address(&id));
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(files: &Json) -> Delivery {
        let message = json!({ "text": "f1 and \"files\": []", "files": files });
        let body = json!({ "type": "message.created", "data": { "message": message } });
        Delivery { id: "evt_1".to_owned(), kind: "message.created", body: body.to_string() }
    }

    #[test]
    fn ho90_each_file_of_a_delivery_has_an_address_beside_it() {
        let files = json!([{ "id": "f1", "name": "a.png" }, { "id": "f2", "name": "b.png" }]);
        let linked = with_links(delivery(&files), |it| format!("https://files.example/{it}"));
        let body: Json = serde_json::from_str(&linked.body).expect("JSON");
        let files = json!([
            { "id": "f1", "name": "a.png", "url": "https://files.example/f1" },
            { "id": "f2", "name": "b.png", "url": "https://files.example/f2" },
        ]);
        assert_eq!(body["data"]["message"]["files"], files);
        assert_eq!(body["data"]["message"]["text"], "f1 and \"files\": []");
    }

    #[test]
    fn ho90_what_has_no_files_is_sent_as_it_was() {
        let mut without = delivery(&json!([]));
        for body in [without.body.clone(), "{}".to_owned(), "null".to_owned()] {
            without.body = body;
            assert_eq!(with_links(without.clone(), |_| panic!("there is no file")), without);
        }
    }
}
