//! Writes down which Traditional Chinese characters have a simplified form of their own, so that the
//! library that knows it, and its dictionary of whole words, is not part of the relay.

use std::{env, fs, path::Path};

/// What the library writes with rarer characters than people do, who would not be found so.
const COMMON: [(char, char); 8] = [
    ('參', '参'),
    ('諮', '咨'),
    ('逕', '径'),
    ('鉅', '巨'),
    ('綵', '彩'),
    ('鏇', '旋'),
    ('閒', '闲'),
    ('擡', '抬'),
];

fn main() {
    let pairs: String = ('\u{4e00}'..='\u{9fff}').filter_map(pair).collect();
    let folder = env::var_os("OUT_DIR").expect("cargo says where to write");
    fs::write(Path::new(&folder).join("han.txt"), pairs).expect("a file that can be written");
    println!("cargo::rerun-if-changed=build.rs");
}

/// A character and its simplified form, if it has one of its own.
fn pair(letter: char) -> Option<String> {
    let mut form = letter;
    // A form may be simplified further: both must lead to the same one.
    for _ in 0..4 {
        form = simplified(form).unwrap_or(form);
    }
    (form != letter).then(|| format!("{letter}{form}"))
}

fn simplified(letter: char) -> Option<char> {
    if let Some((_, common)) = COMMON.iter().find(|it| it.0 == letter) {
        return Some(*common);
    }
    let text = character_converter::traditional_to_simplified(letter.encode_utf8(&mut [0; 4]))
        .into_owned();
    let mut letters = text.chars();
    let form = letters.next().filter(|it| *it != letter)?;
    letters.next().is_none().then_some(form)
}
