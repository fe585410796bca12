//! The statistical canary analysis over a thousand seeds: false alarms and misses.

use super::{Ready, recordings};
use cutover::model::ServiceDeploymentStatus;

const SEEDS: u64 = 1_000;

/// Prints how many of a thousand releases are sent back, by both revisions' error rates.
pub fn print() {
    println!("\nStatistical canary analysis: 24 of 240 requests/s, 5 min, {SEEDS} seeds");
    println!("{:>10} {:>10} {:>12}   meaning", "old fails", "new fails", "sent back");
    for (source, target) in
        [(0.0, 0.0), (0.5, 0.5), (5.0, 5.0), (5.0, 1.0), (0.5, 1.0), (0.5, 1.5), (0.5, 2.0), (0.0, 5.0)]
    {
        let sent_back = (0..SEEDS).filter(|&seed| {
            let run = Ready::of(&recordings::analysed(seed, source, target)).run();
            run.deployments[0].status.last() == Some(&ServiceDeploymentStatus::RollbackSuccessful)
        });
        let percent = sent_back.count() as f64 * 100.0 / SEEDS as f64;
        let meaning = match target > source {
            true => format!("{:.1} % are missed", 100.0 - percent),
            false => "false alarms; at most 1 % by the test".to_owned(),
        };
        println!("{source:>8} % {target:>8} % {percent:>10.1} %   {meaning}");
    }
}
