//! Two sockets of one visitor, racing.

use anyhow::Result;
use serde_json::json;

use crate::history::Count;
use crate::place::Place;
use crate::raw::Raw;
use crate::record::Record;
use crate::side::Side as _;
use crate::stage::Talk;

/// Lines that two sockets race for; few enough for the relay's patience with each.
const RACES: usize = 40;
/// No tab of a page has this number.
const RACING_TAB: u32 = 900;

/// Two sockets of one visitor say the same names, now and then with other words: each name has
/// one place, the first words stand, and both sockets are told so every time.
pub(crate) async fn race(talk: &Talk, place: &Place, record: &Record) -> Result<()> {
    let mut sockets = Vec::new();
    for _ in 0..2 {
        let mut socket = Raw::dial(place.address, talk.visitor.request()?).await?;
        socket.greets(&talk.visitor).await?;
        sockets.push(socket);
    }
    let mut owed = [0, 0];
    for n in 0..RACES {
        let client_id = format!("race-{n}");
        let text = format!("{client_id}: both of us say this");
        record.typed(talk.line(&client_id), RACING_TAB, text.clone());
        for (index, socket) in sockets.iter_mut().enumerate() {
            for text in [text.as_str(), "other words"].iter().take(1 + usize::from(n % 4 == index))
            {
                let post = json!({ "type": "post", "client_id": client_id, "text": text });
                socket.say(post.to_string()).await?;
                owed[index] += 1;
            }
        }
    }
    for (socket, owed) in sockets.iter_mut().zip(owed) {
        for _ in 0..owed {
            let ack = socket.hears_type("ack").await?;
            let line = talk.line(ack["client_id"].as_str().unwrap_or_default());
            record.told(line, Count::Visitor, ack["place"].as_u64().unwrap_or_default());
        }
    }
    Ok(())
}
