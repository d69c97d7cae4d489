//! A random number generator whose sequence for a seed never changes: PCG64 by its published algorithm, with
//! distributions that do not depend on the version of a crate.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng as _;

/// A deterministic random number generator.
pub struct Rng(Pcg64);

impl Rng {
    /// Returns a generator. Each `stream` of a seed is an independent sequence.
    pub fn new(seed: u64, stream: u64) -> Self {
        Self(Pcg64::new(seed.into(), stream.into()))
    }

    /// Returns a uniformly distributed number from 0 to `n` - 1, or 0 if `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// Returns a uniformly distributed number from `low` to `high`, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = u64::from(high.abs_diff(low)) + 1;
        // Cannot overflow: the result is at most `high`.
        (i64::from(low) + self.below(width) as i64) as i32
    }

    /// Returns a number from 0 to `n` - 1 in which low numbers are more frequent: the minimum of two draws.
    pub fn below_skewed(&mut self, n: u64) -> u64 {
        self.below(n).min(self.below(n))
    }

    /// Returns true with a probability of `chance` percent.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// Returns a random element. Panics if the slice is empty.
    pub fn choose<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_of_a_seed_never_changes() {
        let mut rng = Rng::new(1, 2);
        let numbers: Vec<u64> = (0..8).map(|_| rng.below(1_000)).collect();
        assert_eq!(numbers, [839, 369, 760, 118, 363, 175, 713, 942]);
    }

    #[test]
    fn numbers_are_within_bounds() {
        let mut rng = Rng::new(7, 0);
        for _ in 0..10_000 {
            assert!((-3..=3).contains(&rng.between(-3, 3)));
            assert!(rng.below_skewed(5) < 5);
        }
        assert_eq!(rng.between(4, 4), 4);
        assert_eq!(rng.below(0), 0);
    }
}
