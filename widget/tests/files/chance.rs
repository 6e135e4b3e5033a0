//! Whatever happens, in whichever order: no file is lost in silence, and no line goes without its own.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use inbox_text::Phrase;

use super::*;

/// Where each file must be: of a message that was sent, in the tray, or named.
#[derive(Default)]
struct Promises {
    /// What each line was sent with, by the names of the files.
    lines: BTreeMap<ClientId, Vec<String>>,
    removed: BTreeSet<String>,
    named: Vec<Phrase>,
}

#[test]
fn whatever_happens_no_file_is_lost_in_silence_and_no_line_goes_without_one() {
    for seed in 1..=400 {
        live_through(seed);
    }
}

fn live_through(seed: u64) {
    let mut random = Rng::with_seed(seed);
    let (mut chat, mut promises) = (Chat::live(), Promises::default());
    let (mut n_files, mut n_lines, mut online) = (0, 0, true);
    for _ in 0..60 {
        let running: Vec<u32> = chat.running.iter().copied().collect();
        let tray: Vec<u32> = chat.model.attachments.tray().iter().map(|it| it.picked.id).collect();
        let names: Vec<String> =
            chat.model.attachments.tray().iter().map(|it| it.picked.name.clone()).collect();
        let any = |random: &mut Rng, of: &[u32]| of.get(random.usize(..of.len().max(1))).copied();
        match random.u64(..12) {
            0 | 1 if tray.len() < 4 => {
                n_files += 2;
                chat.picks([n_files - 1, n_files]);
            }
            2..=4 if online => {
                if let Some(it) = any(&mut random, &running) {
                    chat.is_stored(it);
                }
            }
            5 => {
                let broken = [Broken::Lost, Broken::Unreadable, Broken::Refused(Refusal::Unknown)];
                let broken = broken[random.usize(..3)];
                if let Some(it) = any(&mut random, &running) {
                    chat.breaks(it, if online { broken } else { Broken::Lost });
                }
            }
            6 => {
                if let Some(it) = any(&mut random, &tray) {
                    let at = tray.iter().position(|other| *other == it).unwrap();
                    chat.does(Msg::FileRemoved { id: it });
                    promises.removed.insert(names[at].clone());
                }
            }
            7 | 8 => {
                n_lines += 1;
                let text = format!("line-{n_lines}");
                chat.writes(&text);
                if chat.model.client.lines().iter().any(|it| it.client_id == id(&text)) {
                    promises.lines.insert(id(&text), names);
                }
            }
            9 if online => {
                chat.disconnects();
                online = false;
            }
            9 => {
                chat.reconnects();
                online = true;
            }
            10 if random.u64(..4) == 0 => {
                chat.reloads();
                online = true;
            }
            _ => {
                chat.now = chat.now.after(Millis(random.u64(..5_000)));
                chat.does(Msg::Tick);
            }
        }
        promises.named.extend(chat.model.alerts.iter().cloned());
        promises.hold(&chat, n_files, seed);
    }
}

impl Promises {
    fn hold(&mut self, chat: &Chat, n_files: u32, seed: u64) {
        for (line, files) in &chat.posts {
            let written = self.lines[line].iter();
            let written: Vec<_> =
                written.map(|it| format!("f{}", it.replace(".png", ""))).collect();
            assert_eq!(*files, written, "seed {seed}: {line}");
        }
        let in_tray: BTreeSet<String> =
            chat.model.attachments.tray().iter().map(|it| it.picked.name.clone()).collect();
        let waiting = chat.model.client.lines();
        for it in 1..=n_files {
            let is_named = self.named.iter().any(|phrase| {
                *phrase == widget::file_gone(&name(it))
                    || *phrase == widget::file_unreadable(&name(it))
            });
            let is_in_line = waiting.iter().any(|line| match line.state {
                UnsentState::Sending | UnsentState::Failed(_) | UnsentState::Sent { .. } => {
                    line.draft.files.iter().any(|file| file.name.as_str() == name(it))
                }
            });
            let is_somewhere = self.removed.contains(&name(it))
                || is_named
                || in_tray.contains(&name(it))
                || is_in_line;
            assert!(is_somewhere, "seed {seed}: {} is nowhere", name(it));
        }
    }
}
