//! From a folder of text to the weights of `langid`.
//!
//! `langid-train FOLDER [--out FILE] [--seed N] [--share 1.6] [--items FILE] [--dev FOLDER]`, where the folder has
//! `XX.sent`, `XX.freq` and the two tables of `OpenCC`. The report goes to standard output.
//! The same folder and seed give the same bits.

mod chance;
mod chunk;
mod conversation;
mod corpus;
mod development;
mod items;
mod learn;
mod malay;
mod measure;
mod pack;
mod romanise;
mod train;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use langid::feature::Group;

use crate::corpus::{Characters, Part, Text, classes};
use crate::development::{Development, Half};
use crate::items::Item;

fn main() -> ExitCode {
    let Some(options) = Options::parse(std::env::args().skip(1)) else {
        eprintln!(
            "usage: langid-train FOLDER [--out FILE] [--weights FILE] [--items FILE] [--dev FOLDER] [--judge FOLDER] [--seed N] [--share X]"
        );
        return ExitCode::from(2);
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("langid-train: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line says.
struct Options {
    folder: PathBuf,
    /// Where the weights go.
    out: Option<PathBuf>,
    /// Weights to report on instead of training.
    weights: Option<PathBuf>,
    /// Where the development items go, as tab-separated lines for other detectors.
    items: Option<PathBuf>,
    /// Messages from other sources to report on, and the half of the sources.
    dev: Option<(PathBuf, Half)>,
    seed: u64,
    /// The share of the usual number of chunks.
    share: f64,
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let folder = words.next().filter(|word| !word.starts_with("--"))?.into();
        let mut options =
            Self { folder, out: None, weights: None, items: None, dev: None, seed: 1, share: 1.6 };
        while let Some(word) = words.next() {
            let value = words.next()?;
            match word.as_str() {
                "--out" => options.out = Some(value.into()),
                "--weights" => options.weights = Some(value.into()),
                "--items" => options.items = Some(value.into()),
                "--dev" => options.dev = Some((value.into(), Half::Tune)),
                "--judge" => options.dev = Some((value.into(), Half::Judge)),
                "--seed" => options.seed = value.parse().ok()?,
                "--share" => options.share = value.parse().ok()?,
                _ => return None,
            }
        }
        Some(options)
    }

    /// What the weights say of themselves.
    fn origin(&self) -> String {
        format!("langid-train {VERSION}, seed {}, share {}", self.seed, self.share)
    }
}

/// Goes up with every change that changes the weights.
const VERSION: u32 = 4;

fn run(options: &Options) -> io::Result<()> {
    let texts = read_texts(&options.folder, options.seed)?;
    let characters = Characters::read(&options.folder)?;
    let development = items::items(&texts, Part::Development, options.seed);
    let weights = if let Some(file) = &options.weights {
        fs::read(file)?
    } else {
        let tune = items::items(&texts, Part::Tune, options.seed);
        train::train(&options.origin(), &texts, &characters, &tune, options.seed, options.share)
    };
    if let Some(file) = &options.out {
        fs::write(file, &weights)?;
    }
    let other = match &options.dev {
        Some((folder, half)) => Some((Development::read(folder)?, *half)),
        None => None,
    };
    let (items, names) = match &other {
        Some((other, half)) => (other.items(*half, options.seed), other.names(*half)),
        None => (development, BTreeMap::new()),
    };
    if let Some(file) = &options.items {
        write_items(file, &items)?;
    }
    print!("{}", measure::report(&weights, &items));
    let [one, two, three] = conversation::simulate(&weights, &items, options.seed);
    println!("conversations: {one:.1} / {two:.1} / {three:.1}");
    if !names.is_empty() {
        let kept = conversation::names(&weights, &names, options.seed);
        println!("conversations that a name leaves in their language: {kept:.2}");
    }
    println!("{} bytes, {} after gzip", weights.len(), gzip_size(&weights)?);
    Ok(())
}

fn read_texts(folder: &Path, seed: u64) -> io::Result<BTreeMap<&'static str, Text>> {
    let mut texts = BTreeMap::new();
    for class in Group::ALL.into_iter().flat_map(classes) {
        texts.insert(class.file, Text::read(folder, class.file, seed)?);
    }
    Ok(texts)
}

fn write_items(file: &Path, items: &[Item]) -> io::Result<()> {
    let mut out = io::BufWriter::new(fs::File::create(file)?);
    for item in items {
        writeln!(out, "{}\t{:?}\t{}", item.code, item.kind, item.text.replace(['\t', '\n'], " "))?;
    }
    out.flush()
}

fn gzip_size(bytes: &[u8]) -> io::Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of three languages that nobody speaks, in a place of its own.
    fn folder(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("langid-train-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (file, syllables) in [
            ("de", ["gra", "schu", "ten"]),
            ("es", ["ola", "ñi", "que"]),
            ("vi", ["đa", "nhô", "khi"]),
        ] {
            let mut chance = chance::Chance::new(7, file);
            let mut word =
                || (0..=chance.below(3)).map(|_| chance.pick(&syllables)).collect::<String>();
            let lines: Vec<String> = (0..200).map(|_| [word(), word(), word()].join(" ")).collect();
            let list: Vec<String> = (1..100).map(|count| format!("{} {count}", word())).collect();
            fs::write(folder.join(format!("{file}.sent")), lines.join("\n")).unwrap();
            fs::write(folder.join(format!("{file}.freq")), list.join("\n")).unwrap();
        }
        fs::write(folder.join("STCharacters.txt"), "国\t國\n").unwrap();
        fs::write(folder.join("TSCharacters.txt"), "國\t国\n").unwrap();
        folder
    }

    fn trained(folder: &Path, seed: u64) -> Vec<u8> {
        let texts = read_texts(folder, seed).unwrap();
        let characters = Characters::read(folder).unwrap();
        let tune = items::items(&texts, Part::Tune, seed);
        train::train("a test", &texts, &characters, &tune, seed, 0.001)
    }

    #[test]
    fn the_same_seed_gives_the_same_bits_and_another_seed_others() {
        let folder = folder("bits");
        let first = trained(&folder, 1);
        assert_eq!(first, trained(&folder, 1));
        assert_ne!(first, trained(&folder, 2));
        let detection =
            langid::detect_with(&first, "schuten graten schugra", &langid::Prior::none());
        assert_eq!(detection.language.code(), "de");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn no_sentence_is_in_two_parts() {
        let folder = folder("parts");
        let text = Text::read(&folder, "de", 1).unwrap();
        for line in text.sentences(Part::Development).iter().chain(text.sentences(Part::Tune)) {
            assert!(!text.sentences(Part::Train).contains(line));
        }
        assert!(!text.sentences(Part::Development).is_empty());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_weights_in_the_repository_were_made_by_this_program() {
        let weights = include_bytes!("../../langid/weights/langid.bin");
        let usual = Options::parse(["FOLDER".to_owned()].into_iter()).unwrap();
        assert_eq!(langid::model::Model::origin(weights), Some(usual.origin().as_str()));
    }
}
