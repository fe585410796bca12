//! Properties of random cases. One that does not hold is shrunk to the smallest case that still fails, by `proptest`.
//!
//! Each case is a function of its seed, a number that a failure names; `SEED=93 cargo test …` looks at that one alone, and
//! `SEEDS=5000 cargo test --no-default-features --test it random` goes through more than the usual number.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

/// Checks a property on as many random cases; `check` panics where it does not hold.
pub fn holds<S: Strategy>(cases: u64, strategy: S, check: impl Fn(&S::Value)) {
    let cases = number("SEEDS").unwrap_or(cases);
    let seeds = number("SEED").map_or(0..cases, |seed| seed..seed + 1);
    seeds.for_each(|seed| holds_for(seed, &strategy, &check));
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// The random case of a seed.
pub fn case<S: Strategy>(seed: u64, strategy: &S) -> S::Value {
    strategy.new_tree(&mut runner(seed)).expect("a case").current()
}

fn holds_for<S: Strategy>(seed: u64, strategy: &S, check: &impl Fn(&S::Value)) {
    let mut runner = runner(seed);
    let tree = strategy.new_tree(&mut runner).expect("a case");
    let outcome = runner.run_one(tree, |case| {
        check(&case);
        Ok(())
    });
    match outcome {
        Ok(_) => {}
        Err(TestError::Fail(why, smallest)) => {
            panic!("seed {seed} fails; the smallest case that does is\n{smallest:#?}\n{why}")
        }
        Err(TestError::Abort(why)) => panic!("seed {seed}: {why}"),
    }
}

fn runner(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}
