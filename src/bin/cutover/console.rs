//! What goes in and out: files and standard input, the result, and complaints on standard error.

use cutover::formats::recording::{self, MOST_BYTES, UTF_16, script_warnings};
use cutover::formats::{Problem, Reading};
use cutover::script::Scripts;
use serde_json::Value;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, ErrorKind, Read, Write};
use std::process::ExitCode;

/// A file that is refused, or a command line that is not understood.
pub const REFUSED: u8 = 2;

/// What is printed to standard output, and the exit code.
pub struct Answer {
    /// All of it, with its last line's end.
    pub text: String,
    /// 0 where nothing is wrong.
    pub code: u8,
}

/// Why there is no answer, a line each.
pub struct Refused(pub Vec<String>);

/// Reads a recording and tells its warnings.
pub fn read_recording(file: &OsString) -> Result<Reading, Refused> {
    let reading = recording::read(&read_text(file)?)?;
    reading.warnings.iter().for_each(complain);
    Ok(reading)
}

/// Reads no more of a file than is needed to see that it is too long.
pub fn read_text(file: &OsString) -> Result<String, Refused> {
    let refused = |error: io::Error| Refused(vec![format!("{}: {error}", file.to_string_lossy())]);
    let longest = MOST_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if file == "-" {
        io::stdin().lock().take(longest).read_to_end(&mut bytes).map_err(refused)?;
    } else {
        std::fs::File::open(file)
            .and_then(|open| open.take(longest).read_to_end(&mut bytes))
            .map_err(refused)?;
    }
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        let hint = if error.as_bytes().contains(&0) { UTF_16 } else { "" };
        Refused(vec![format!("{}: is no UTF-8 text: byte {place}{hint}", file.to_string_lossy())])
    })
}

/// As it is printed.
pub fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// A line on standard error; nobody listening is no reason to stop.
pub fn complain(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// The scripts of a recording, those that do not compile named.
pub fn compiled(reading: &Reading) -> Scripts {
    let scripts = Scripts::compile(&reading.scenario.hooks);
    script_warnings(&reading.scenario, &scripts).iter().for_each(complain);
    scripts
}

impl Answer {
    /// A result with which nothing is wrong.
    pub fn of(text: String) -> Answer {
        Answer { text, code: 0 }
    }

    /// Prints; a reader who has seen enough and closed the pipe is no error.
    pub fn print(self) -> ExitCode {
        let mut out = io::stdout().lock();
        match out.write_all(self.text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                complain(format_args!("standard output: {error}"));
                ExitCode::from(REFUSED)
            }
            _ => ExitCode::from(self.code),
        }
    }
}

impl From<Vec<Problem>> for Refused {
    fn from(problems: Vec<Problem>) -> Refused {
        Refused(problems.iter().map(Problem::to_string).collect())
    }
}
