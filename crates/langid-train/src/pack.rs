//! From weights to the file that the detector reads.

use langid::feature::Group;
use langid::model::Model;

use crate::corpus::classes;
use crate::learn::Learner;

/// One group's part of the file.
pub(crate) struct Section {
    group: Group,
    bits: u32,
    /// Scales at the knots of [`Model::scale`].
    pub(crate) scales: [f32; Model::KNOTS],
    levels: [u8; Model::LEVELS],
    shelves: Vec<u8>,
    entries_before: Vec<u8>,
    rows_before: Vec<u8>,
    sizes: Vec<u8>,
    n_rows: usize,
    rows: Vec<u8>,
    entries: Vec<u8>,
}

impl Section {
    /// Rounds what was learnt.
    pub(crate) fn new(group: Group, bits: u32, learner: &Learner) -> Self {
        let levels = levels(bits, learner);
        let mut section = Self {
            group,
            bits,
            scales: [UNIT; Model::KNOTS],
            levels,
            shelves: Vec::new(),
            entries_before: Vec::new(),
            rows_before: Vec::new(),
            sizes: Vec::new(),
            n_rows: 0,
            rows: Vec::new(),
            entries: Vec::new(),
        };
        let buckets: Vec<usize> = (0..1 << bits).collect();
        for shelf in buckets.chunks(Model::BLOCK * Model::SHELF) {
            let (n_entries, n_rows) = (section.entries.len(), section.n_rows);
            for number in [n_entries, n_rows] {
                section
                    .shelves
                    .extend(u32::try_from(number).expect("a model is small").to_le_bytes());
            }
            for block in shelf.chunks(Model::BLOCK) {
                let n_entries = u16::try_from(section.entries.len() - n_entries);
                section.entries_before.extend(n_entries.expect("few a bucket").to_le_bytes());
                let n_rows = u8::try_from(section.n_rows - n_rows);
                section.rows_before.push(n_rows.expect("at most 240 before the last block"));
                for pair in block.chunks(2) {
                    let sizes = [pair[0], pair[1]].map(|bucket| section.push(learner.row(bucket)));
                    section.sizes.push(sizes[0] | sizes[1] << 4);
                }
            }
        }
        section
    }

    /// Adds a bucket; the answer is how many entries it has, or that it has a row.
    fn push(&mut self, weights: &[f32]) -> u8 {
        let codes = codes(weights, self.levels);
        let entries = entries(&codes);
        let row = codes.chunks(2).map(|pair| pair[0] | pair.get(1).unwrap_or(&Model::ZERO) << 4);
        if MAX_ENTRIES < entries.len() || row.len() <= entries.len() {
            self.rows.extend(row);
            self.n_rows += 1;
            return Model::ROW;
        }
        self.entries.extend(&entries);
        u8::try_from(entries.len()).expect("at most fourteen")
    }

    /// The bytes of its weights.
    pub(crate) fn n_bytes(&self) -> usize {
        self.rows.len() + self.entries.len()
    }

    fn write(&self, file: &mut Vec<u8>) {
        let classes = classes(self.group);
        let n_classes = u8::try_from(classes.len()).expect("at most 48");
        file.extend([n_classes, u8::try_from(self.bits).expect("at most 20"), 0, 0]);
        for number in [self.n_rows, self.entries.len()] {
            file.extend(u32::try_from(number).expect("a model is small").to_le_bytes());
        }
        for scale in self.scales {
            file.extend(scale.to_le_bytes());
        }
        file.extend(self.levels);
        for class in classes {
            let mut code = [0; 8];
            code[..class.code.len()].copy_from_slice(class.code.as_bytes());
            file.extend(code);
        }
        file.extend(&self.shelves);
        file.extend(&self.entries_before);
        file.extend(&self.rows_before);
        file.extend(&self.sizes);
        file.extend(&self.rows);
        file.extend(&self.entries);
    }
}

/// The whole file. Sections must be in the order of [`Group::ALL`].
pub(crate) fn file(origin: &str, sections: &[Section]) -> Vec<u8> {
    let mut file = Model::MAGIC.to_vec();
    file.extend(origin.as_bytes());
    file.resize(Model::MAGIC.len() + Model::ORIGIN_BYTES, 0);
    file.push(u8::try_from(sections.len()).expect("five"));
    for section in sections {
        section.write(&mut file);
    }
    file
}

/// With more, a bucket has a row. It is a balance: rows are read faster, entries are smaller.
const MAX_ENTRIES: usize = 10;

/// The weight that becomes 1 in the file.
const UNIT: f32 = 1.0 / 32.0;

/// The sizes that weights are rounded to: means of four neighbouring ranges, which are moved until
/// little changes.
fn levels(bits: u32, learner: &Learner) -> [u8; Model::LEVELS] {
    // A weight counts by how much its loss would be felt, but by the root of it: the commonest few
    // would otherwise have all sizes to themselves.
    let weights: Vec<(f64, f64)> = (0..1_usize << bits)
        .flat_map(|bucket| learner.row(bucket).iter().zip(learner.curvature(bucket)))
        .filter(|(weight, _)| **weight != 0.0)
        .map(|(weight, curvature)| (f64::from(weight.abs()), f64::from(curvature.sqrt())))
        .collect();
    let mut means = [0.25, 0.6, 1.1, 2.0];
    for _ in 0..40 {
        let mut sums = [(1e-9, 1e-9); Model::LEVELS];
        for (size, felt) in &weights {
            let sum = &mut sums[nearest(*size, &means)];
            sum.0 += size * felt;
            sum.1 += felt;
        }
        means = sums.map(|(sum, felt)| sum / felt);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 127")]
    means.map(|mean| libm::round(mean / f64::from(UNIT)).clamp(1.0, 127.0) as u8)
}

fn nearest(size: f64, means: &[f64; Model::LEVELS]) -> usize {
    means.windows(2).filter(|pair| f64::midpoint(pair[0], pair[1]) <= size).count()
}

/// The code of each weight.
fn codes(weights: &[f32], levels: [u8; Model::LEVELS]) -> Vec<u8> {
    let means = levels.map(|level| f64::from(level) * f64::from(UNIT));
    let code = |weight: &f32| {
        let size = u8::try_from(nearest(f64::from(weight.abs()), &means)).expect("below four");
        match weight {
            0.0 => Model::ZERO,
            weight if *weight < 0.0 => 3 - size,
            _ => 4 + size,
        }
    };
    weights.iter().map(code).collect()
}

/// The weights that are not zero, with the gaps between them.
fn entries(codes: &[u8]) -> Vec<u8> {
    let mut entries = Vec::new();
    let mut gap = 0_u8;
    for code in codes {
        if *code == Model::ZERO {
            gap += 1;
            continue;
        }
        while 30 < gap {
            entries.push(Model::SKIP);
            gap -= 31;
        }
        entries.push(gap << 3 | code);
        gap = 0;
    }
    entries
}
