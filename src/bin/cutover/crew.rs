//! Many hands: jobs by number, done by as many threads as there are cores, answered in the order of their numbers.
//!
//! Which thread does which job, and when, leaves no trace in the answers.

use std::io::{self, IsTerminal, Write};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
#[expect(
    clippy::disallowed_types,
    reason = "how long is left is for the person who waits, not for a result"
)]
use std::time::Instant;

/// Progress is told this often.
const BREATH: Duration = Duration::from_millis(100);

/// So many workers as the machine has cores.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Does `count` jobs; each worker sets up a bench of its own. Progress goes to standard error where that is a terminal.
pub fn all<B, T: Send>(
    what: &str,
    count: usize,
    workers: usize,
    bench: impl Fn() -> B + Sync,
    work: impl Fn(&mut B, usize) -> T + Sync,
) -> Vec<T> {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let mut answers: Vec<Option<T>> = Vec::new();
    answers.resize_with(count, || None);
    thread::scope(|scope| {
        let hands: Vec<_> = (0..workers.clamp(1, count.max(1)))
            .map(|_| {
                scope.spawn(|| {
                    let mut bench = bench();
                    let mut mine = Vec::new();
                    loop {
                        let job = next.fetch_add(1, Ordering::Relaxed);
                        if job >= count {
                            return mine;
                        }
                        mine.push((job, work(&mut bench, job)));
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        if io::stderr().is_terminal() {
            watch(
                what,
                count,
                || done.load(Ordering::Relaxed),
                || hands.iter().all(|hand| hand.is_finished()),
            );
        }
        for hand in hands {
            for (job, answer) in hand.join().expect("a run does not panic") {
                answers[job] = Some(answer);
            }
        }
    });
    answers.into_iter().map(|answer| answer.expect("every job was done")).collect()
}

/// Tells how far the work is until it is over.
#[expect(clippy::disallowed_types, reason = "how long is left is for the person who waits, not for a result")]
fn watch(what: &str, count: usize, done: impl Fn() -> usize, over: impl Fn() -> bool) {
    let start = Instant::now();
    let mut err = io::stderr();
    while !over() {
        thread::sleep(BREATH);
        let done = done();
        let left = match done {
            0 => String::new(),
            _ => {
                let seconds = start.elapsed().as_secs_f64() / done as f64 * (count - done) as f64;
                format!(", about {seconds:.0} s left")
            }
        };
        let _ = write!(err, "\r{what}: {done} of {count} runs{left}\u{1b}[K");
        let _ = err.flush();
    }
    let _ = write!(err, "\r\u{1b}[K");
}
