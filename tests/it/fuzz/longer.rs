//! The same targets for as long as one likes: `./dev fuzz TARGET SECONDS`.
#![expect(
    clippy::disallowed_types,
    reason = "how long to go on is asked in real seconds; the engine has no clock"
)]

use super::{TARGETS, told};
use std::time::{Duration, Instant};

/// No input takes longer, however slow the machine.
const HANGS: Duration = Duration::from_secs(60);

#[test]
#[ignore = "goes on for FUZZ_SECONDS: ./dev fuzz TARGET SECONDS"]
fn longer() {
    let asked = |variable: &str| std::env::var(variable).ok();
    let seconds = asked("FUZZ_SECONDS").and_then(|text| text.parse().ok()).unwrap_or(60);
    let only = asked("FUZZ_TARGET").unwrap_or_default();
    let seed = asked("SEED").and_then(|text| text.parse::<u64>().ok());
    for (name, target) in TARGETS.into_iter().filter(|(name, _)| only.is_empty() || *name == only) {
        let (start, first) = (Instant::now(), seed.unwrap_or(0));
        let (mut next, mut slowest) = (first, (Duration::ZERO, first));
        while next == first || seed.is_none() && start.elapsed() < Duration::from_secs(seconds) {
            let began = Instant::now();
            told(target, next);
            slowest = slowest.max((began.elapsed(), next));
            assert!(slowest.0 < HANGS, "{name}: the input of seed {next} took {:?}", slowest.0);
            next += 1;
        }
        println!(
            "{name}: {} inputs, none fails; the slowest, seed {}, took {:?}",
            next - first,
            slowest.1,
            slowest.0
        );
    }
}
