//! From weights to the file that the detector reads.

use langid::feature::Group;
use langid::model::Model;

use crate::corpus::classes;

/// One group's part of the file.
pub(crate) struct Section {
    group: Group,
    bits: u32,
    /// Scales at the knots of [`Model::scale`].
    pub(crate) scales: [f32; Model::KNOTS],
    offsets: Vec<u8>,
    counts: Vec<u8>,
    entries: Vec<u8>,
}

impl Section {
    /// Rounds what was learnt.
    pub(crate) fn new<'l>(
        group: Group,
        bits: u32,
        unit: f32,
        row: impl Fn(usize) -> &'l [f32],
    ) -> Self {
        let least: Vec<f32> = classes(group).iter().map(|class| class.least).collect();
        let mut section = Self {
            group,
            bits,
            scales: [unit; Model::KNOTS],
            offsets: Vec::new(),
            counts: Vec::new(),
            entries: Vec::new(),
        };
        for bucket in 0..1_usize << bits {
            if bucket % Model::BLOCK == 0 {
                let before = u32::try_from(section.entries.len()).expect("a model is small");
                section.offsets.extend(before.to_le_bytes());
            }
            let before = section.entries.len();
            push_entries(
                row(bucket).iter().map(|weight| weight / unit).zip(&least),
                &mut section.entries,
            );
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
        for class in classes {
            let mut code = [0; 8];
            code[..class.code.len()].copy_from_slice(class.code.as_bytes());
            file.extend(code);
            file.extend(0_i16.to_le_bytes());
        }
        file.extend(&self.offsets);
        file.extend(&self.counts);
        file.extend(&self.entries);
    }
}

/// The whole file. Sections must be in the order of [`Group::ALL`].
pub(crate) fn file(sections: &[Section]) -> Vec<u8> {
    let mut file = Model::MAGIC.to_vec();
    file.push(u8::try_from(sections.len()).expect("five"));
    for section in sections {
        section.write(&mut file);
    }
    file
}

/// Weights in units, each with the least that is kept of its class.
fn push_entries<'l>(row: impl Iterator<Item = (f32, &'l f32)>, entries: &mut Vec<u8>) {
    let mut gap = 0_u8;
    for (units, least) in row {
        if units.abs() < *least {
            gap += 1;
            continue;
        }
        while 30 < gap {
            entries.push(Model::SKIP);
            gap -= 31;
        }
        entries.push(gap << 3 | code(units));
        gap = 0;
    }
}

/// -4..-1 as 0..3, 1..4 as 4..7.
fn code(units: f32) -> u8 {
    let size = match units.abs() {
        size if size < 1.5 => 1,
        size if size < 2.5 => 2,
        size if size < 3.5 => 3,
        _ => 4,
    };
    if units < 0.0 { 4 - size } else { 3 + size }
}
