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
    offsets: Vec<u8>,
    counts: Vec<u8>,
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
            offsets: Vec::new(),
            counts: Vec::new(),
            entries: Vec::new(),
        };
        let mut shelf = 0;
        for bucket in 0..1_usize << bits {
            let before = section.entries.len();
            if bucket % (Model::BLOCK * Model::SHELF) == 0 {
                shelf = before;
                section
                    .shelves
                    .extend(u32::try_from(shelf).expect("a model is small").to_le_bytes());
            }
            if bucket % Model::BLOCK == 0 {
                let offset = u16::try_from(before - shelf).expect("at most 1024 full buckets");
                section.offsets.extend(offset.to_le_bytes());
            }
            push_entries(learner.row(bucket), levels, &mut section.entries);
            let count = section.entries.len() - before;
            section.counts.push(u8::try_from(count).expect("at most two entries a class"));
        }
        section
    }

    /// How many weights are not zero.
    pub(crate) fn n_entries(&self) -> usize {
        self.entries.len()
    }

    fn write(&self, file: &mut Vec<u8>) {
        let classes = classes(self.group);
        let n_classes = u8::try_from(classes.len()).expect("at most 64");
        file.extend([n_classes, u8::try_from(self.bits).expect("at most 20"), 0, 0]);
        file.extend(u32::try_from(self.entries.len()).expect("a model is small").to_le_bytes());
        for scale in self.scales {
            file.extend(scale.to_le_bytes());
        }
        file.extend(self.levels);
        for class in classes {
            let mut code = [0; 8];
            code[..class.code.len()].copy_from_slice(class.code.as_bytes());
            file.extend(code);
            file.extend(0_i16.to_le_bytes());
        }
        file.extend(&self.shelves);
        file.extend(&self.offsets);
        file.extend(&self.counts);
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

fn push_entries(row: &[f32], levels: [u8; Model::LEVELS], entries: &mut Vec<u8>) {
    let means = levels.map(|level| f64::from(level) * f64::from(UNIT));
    let code = |weight: f32| {
        let size = u8::try_from(nearest(f64::from(weight.abs()), &means)).expect("below four");
        if weight < 0.0 { 3 - size } else { 4 + size }
    };
    let n_weights = row.iter().filter(|weight| **weight != 0.0).count();
    // Fewer take fewer bytes with gaps than there are languages, so the reader can tell.
    if 3 * row.len() < 4 * n_weights {
        entries.extend(
            row.iter().map(|weight| if *weight == 0.0 { Model::ZERO } else { code(*weight) }),
        );
        return;
    }
    let mut gap = 0_u8;
    for weight in row {
        if *weight == 0.0 {
            gap += 1;
            continue;
        }
        while 30 < gap {
            entries.push(Model::SKIP);
            gap -= 31;
        }
        entries.push(gap << 3 | code(*weight));
        gap = 0;
    }
}
