//! A value that changes at instants: what the run keeps of everything the page may ask about.

use crate::model::SimTime;

/// A step function of time: each value holds from its instant until the next one's.
///
/// Instants never decrease. Two values at one instant are both kept, in the order they were reached: the later one
/// holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track<T> {
    steps: Vec<(SimTime, T)>,
}

impl<T> Default for Track<T> {
    fn default() -> Self {
        Track { steps: Vec::new() }
    }
}

impl<T> Track<T> {
    /// A track that has this value from `at` on.
    pub fn starting(at: SimTime, value: T) -> Self {
        Track { steps: vec![(at, value)] }
    }

    /// Adds a value from `at` on.
    ///
    /// # Panics
    /// If `at` lies before the last instant, which is a programmer's error.
    pub fn push(&mut self, at: SimTime, value: T) {
        if let Some((last, _)) = self.steps.last() {
            assert!(*last <= at, "a track cannot go back from {} ms to {} ms", last.0, at.0);
        }
        self.steps.push((at, value));
    }

    /// Forgets what comes after `at`.
    pub fn cut(&mut self, at: SimTime) {
        self.steps.truncate(self.steps.partition_point(|(instant, _)| *instant <= at));
    }

    /// The value that holds at `at`; `None` before the first.
    pub fn at(&self, at: SimTime) -> Option<&T> {
        self.index_at(at).map(|index| &self.steps[index].1)
    }

    /// The instant from which the value at `at` has held.
    pub fn since(&self, at: SimTime) -> Option<SimTime> {
        self.index_at(at).map(|index| self.steps[index].0)
    }

    /// The first change after `at`.
    pub fn next_after(&self, at: SimTime) -> Option<&(SimTime, T)> {
        self.steps.get(self.steps.partition_point(|(instant, _)| *instant <= at))
    }

    /// The last value of all.
    pub fn last(&self) -> Option<&T> {
        self.steps.last().map(|(_, value)| value)
    }

    /// All instants with their values.
    pub fn steps(&self) -> &[(SimTime, T)] {
        &self.steps
    }

    fn index_at(&self, at: SimTime) -> Option<usize> {
        self.steps.partition_point(|(instant, _)| *instant <= at).checked_sub(1)
    }
}

impl<T: PartialEq> Track<T> {
    /// Adds a value unless it is the one that holds already; says whether it was added.
    pub fn change(&mut self, at: SimTime, value: T) -> bool {
        if self.last() == Some(&value) {
            return false;
        }
        self.push(at, value);
        true
    }
}
