//! Softmax regression by FTRL-Proximal, one example at a time and in a fixed order, so that the same
//! seed gives the same bits.

use std::ops::Range;

/// How fast and how sparse.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rates {
    pub(crate) alpha: f32,
    /// What keeps the first steps small.
    pub(crate) beta: f32,
    /// What keeps weights at zero.
    pub(crate) l1: f32,
    /// What keeps weights small.
    pub(crate) l2: f32,
}

/// Classes are padded to a multiple of this, so that the compiler may take them together.
const LANES: usize = 8;

/// A model in training.
pub(crate) struct Learner {
    n_classes: usize,
    stride: usize,
    rates: Rates,
    sums: Vec<f32>,
    squares: Vec<f32>,
    /// What follows from the two, kept because it is read more often than it changes.
    weights: Vec<f32>,
    /// 1, or 0 for a weight that was pruned and stays at zero.
    kept: Vec<f32>,
    scores: Vec<f32>,
}

impl Learner {
    /// All weights zero.
    pub(crate) fn new(n_classes: usize, bits: u32, rates: Rates) -> Self {
        let stride = n_classes.next_multiple_of(LANES);
        let size = stride << bits;
        Self {
            n_classes,
            stride,
            rates,
            sums: vec![0.0; size],
            squares: vec![0.0; size],
            weights: vec![0.0; size],
            kept: vec![1.0; size],
            scores: vec![0.0; stride],
        }
    }

    /// Learns that these features are of this class.
    pub(crate) fn learn(&mut self, features: &[u32], class: usize) {
        self.score(features);
        let gradients = self.gradients(class);
        // What is known well already would only cost time.
        if gradients[class].abs() < 0.02 {
            return;
        }
        let alpha = self.rates.alpha;
        for feature in features {
            let row = self.row_of(*feature as usize);
            let sums = self.sums[row.clone()].iter_mut().zip(&mut self.squares[row.clone()]);
            let known = self.weights[row.clone()].iter_mut().zip(&self.kept[row]);
            for (((sum, square), (known, kept)), gradient) in sums.zip(known).zip(&gradients) {
                let grown = *square + gradient * gradient;
                let sigma = (grown.sqrt() - square.sqrt()) / alpha;
                *sum += gradient - sigma * *known;
                *square = grown;
                *known = weight(*sum, *square, self.rates) * kept;
            }
        }
    }

    /// Keeps `n_kept` weights, those whose loss would be felt most, and fixes all others at zero.
    ///
    /// By how much the surprise grows without a weight is, to the second order, half its square
    /// times the curvature, for which the sum of the squared gradients stands ("optimal brain
    /// damage"). `worth` says how much each class matters.
    pub(crate) fn prune(&mut self, n_kept: usize, worth: &[f32]) {
        let worth: Vec<f32> =
            (0..self.stride).map(|class| worth.get(class).copied().unwrap_or(0.0)).collect();
        let felt: Vec<f32> = self
            .weights
            .iter()
            .zip(&self.squares)
            .enumerate()
            .map(|(at, (weight, square))| weight * weight * square * worth[at % self.stride])
            .collect();
        let mut sorted = felt.clone();
        sorted.sort_unstable_by(|one, other| other.total_cmp(one));
        let least = sorted.get(n_kept).copied().unwrap_or(0.0);
        for ((kept, weight), felt) in self.kept.iter_mut().zip(&mut self.weights).zip(&felt) {
            if *felt <= least {
                (*kept, *weight) = (0.0, 0.0);
            }
        }
    }

    /// From here on with these rates.
    pub(crate) fn set_rates(&mut self, rates: Rates) {
        self.rates = rates;
    }

    /// The sum of the squared gradients of every class for one feature.
    pub(crate) fn curvature(&self, feature: usize) -> &[f32] {
        &self.squares[self.row_of(feature)][..self.n_classes]
    }

    /// The weight of every class for one feature.
    pub(crate) fn row(&self, feature: usize) -> &[f32] {
        &self.weights[self.row_of(feature)][..self.n_classes]
    }

    fn row_of(&self, feature: usize) -> Range<usize> {
        feature * self.stride..(feature + 1) * self.stride
    }

    fn score(&mut self, features: &[u32]) {
        self.scores.fill(0.0);
        for feature in features {
            let row = self.row_of(*feature as usize);
            for (score, weight) in self.scores.iter_mut().zip(&self.weights[row]) {
                *score += weight;
            }
        }
    }

    fn gradients(&self, class: usize) -> Vec<f32> {
        let most = self.scores[..self.n_classes].iter().copied().fold(f32::MIN, f32::max);
        let mut gradients: Vec<f32> =
            self.scores[..self.n_classes].iter().map(|score| libm::expf(score - most)).collect();
        let total: f32 = gradients.iter().sum();
        for gradient in &mut gradients {
            *gradient /= total;
        }
        gradients[class] -= 1.0;
        gradients.resize(self.stride, 0.0);
        gradients
    }
}

fn weight(sum: f32, square: f32, rates: Rates) -> f32 {
    let over = (sum.abs() - rates.l1).max(0.0);
    -over.copysign(sum) / ((rates.beta + square.sqrt()) / rates.alpha + rates.l2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taught_is_known() {
        let mut learner = Learner::new(2, 4, Rates { alpha: 0.5, beta: 1.0, l1: 0.1, l2: 0.0 });
        for _ in 0..50 {
            learner.learn(&[1, 3], 0);
            learner.learn(&[2, 3], 1);
        }
        assert!(learner.row(1)[0] > 0.5 && learner.row(2)[1] > 0.5);
        assert_eq!(learner.row(9), [0.0, 0.0]);
    }

    #[test]
    fn what_is_pruned_is_not_learnt_again() {
        let mut learner = Learner::new(2, 4, Rates { alpha: 0.5, beta: 1.0, l1: 0.1, l2: 0.0 });
        let lesson = |learner: &mut Learner| {
            for _ in 0..50 {
                learner.learn(&[1, 3], 0);
                learner.learn(&[2, 3], 1);
            }
        };
        lesson(&mut learner);
        // The second class is worth nothing, and bucket 3 tells nothing.
        learner.prune(1, &[1.0, 0.0]);
        lesson(&mut learner);
        let n_weights =
            (0..16).flat_map(|bucket| learner.row(bucket)).filter(|weight| **weight != 0.0).count();
        assert_eq!(n_weights, 1);
    }
}
