//! Names as AWS gives them: made up from the seed, the same in every run of a recording.

use super::poisson::{fork, mix};
use super::run::{RevisionId, TaskId};

/// The ARN of a thing of the simulated cluster.
pub fn arn(kind: &str, rest: &str) -> String {
    format!("arn:aws:ecs:us-east-1:123456789012:{kind}/retail-store/{rest}")
}

/// The digits that end the ARN of a service revision, and the id of its deployment in the older view.
pub fn revision_digits(seed: u64, service: usize, revision: RevisionId) -> u64 {
    mix(fork(seed, &[service as u64, u64::from(revision.0), 77])) % 9_000_000_000_000_000_000
        + 1_000_000_000_000_000_000
}

/// The 21 characters that end the ARN of a service deployment.
pub fn deployment_id(seed: u64, index: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    (0..21).map(|i| char::from(LETTERS[(mix(fork(seed, &[index as u64, i, 78])) % 64) as usize])).collect()
}

/// The 32 hexadecimal digits of a task.
pub fn task_digits(seed: u64, service: usize, task: TaskId) -> String {
    let half = |which: u64| mix(fork(seed, &[service as u64, u64::from(task.0), which]));
    format!("{:016x}{:016x}", half(79), half(80))
}
