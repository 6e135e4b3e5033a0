//! Reads one message a line and prints its language, a tab and the confidence.
//!
//! `langid-detect [--json] [--prior TAGS]`, where TAGS are BCP-47 tags divided by commas, the
//! likeliest first. With `--json` each line is an object that has the alternatives as well.

use std::io::{self, BufRead as _, Write};
use std::process::ExitCode;

use langid::{Candidate, Detection, Prior, detect};

fn main() -> ExitCode {
    let Some((json, prior)) = options(std::env::args().skip(1)) else {
        eprintln!("usage: langid-detect [--json] [--prior TAG,TAG] < MESSAGES");
        return ExitCode::from(2);
    };
    match run(json, &prior) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads us has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("langid-detect: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut words: impl Iterator<Item = String>) -> Option<(bool, Prior)> {
    let mut json = false;
    let mut prior = Prior::none();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--json" => json = true,
            "--prior" => prior = Prior::from_tags(words.next()?.split(',')),
            _ => return None,
        }
    }
    Some((json, prior))
}

fn run(json: bool, prior: &Prior) -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut output = io::BufWriter::new(io::stdout().lock());
    let mut line = Vec::new();
    // Bytes, because a message that is not UTF-8 is still one line.
    while input.read_until(b'\n', &mut line)? != 0 {
        let detection = detect(&String::from_utf8_lossy(&line), prior);
        if json {
            write_json(&mut output, &detection)?;
        } else {
            writeln!(output, "{}\t{:.4}", detection.language, detection.confidence)?;
        }
        line.clear();
    }
    output.flush()
}

/// Codes and numbers need no escaping.
fn write_json(output: &mut impl Write, detection: &Detection) -> io::Result<()> {
    let object =
        |language, confidence| format!(r#""language":"{language}","confidence":{confidence:.4}"#);
    let other = |other: Candidate| format!("{{{}}}", object(other.language, other.confidence));
    let alternatives: Vec<String> = detection.alternatives.iter().map(other).collect();
    let best = object(detection.language, detection.confidence);
    writeln!(output, r#"{{{best},"alternatives":[{}]}}"#, alternatives.join(","))
}
