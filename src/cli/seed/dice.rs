//! Chance that falls the same way for the same seed: PCG64 by its published algorithm, and nothing
//! that a new release of a crate may draw differently.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;

pub struct Dice(Pcg64);

impl Dice {
    /// Dice of one seed; each `stream` of it falls independently of the others.
    pub fn new(seed: u64, stream: u64) -> Self {
        Self(Pcg64::new(seed.into(), stream.into()))
    }

    /// 0 to `n` - 1, each as likely as the others; 0 for 0.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// `low` to `high`, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = u64::from(high.abs_diff(low)) + 1;
        // Fits, since it is at most `high`.
        (i64::from(low) + self.below(width) as i64) as i32
    }

    /// Below `n` as well, but the low ones come more often: some are popular, most are not.
    pub fn low_of(&mut self, n: u64) -> u64 {
        self.below(n).min(self.below(n))
    }

    /// True that often in a hundred.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of them, which must not be none.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_fall_the_same_way_today_as_ever() {
        let mut dice = Dice::new(1, 2);
        let thrown: Vec<u64> = (0..8).map(|_| dice.below(1_000)).collect();
        assert_eq!(thrown, [839, 369, 760, 118, 363, 175, 713, 942]);
    }

    #[test]
    fn they_stay_within_their_bounds() {
        let mut dice = Dice::new(7, 0);
        for _ in 0..10_000 {
            assert!((-3..=3).contains(&dice.between(-3, 3)));
            assert!(dice.low_of(5) < 5);
        }
        assert_eq!(dice.between(4, 4), 4);
        assert_eq!(dice.below(0), 0);
    }
}
