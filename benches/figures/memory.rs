//! The bytes of a run: the most while it is simulated, and what it keeps.

use super::{Ready, recordings};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Prints them for the opening and for a day of 1,000 tasks.
pub fn print() {
    println!("\nMemory of a run, natively");
    println!("{:<50} {:>13} {:>13}", "what", "at most", "kept");
    let day = recordings::linear(1_000, 40_000, 24);
    for (what, document) in
        [("the opening scenario", recordings::opening()), ("1,000 tasks, linear, 24 h", day)]
    {
        let recording = Ready::of(&document);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let run = recording.run();
        let (peak, kept) = (MEMORY.peak_usage() - before, MEMORY.current_usage() - before);
        drop(run);
        let kilobytes = |bytes: usize| format!("{:.0} KB", bytes as f64 / 1000.0);
        println!("{what:<50} {:>13} {:>13}", kilobytes(peak), kilobytes(kept));
    }
}
