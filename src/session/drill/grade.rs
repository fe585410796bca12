//! The grade: it begins at A and only goes down, by steps that are spelled out.

use crate::model::*;
use crate::session::narrate::words::count_of;

/// How well a drill was done: each deduction is a step down from A.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Nothing could have been done better.
    A,
    /// One step down.
    B,
    /// Two.
    C,
    /// Three.
    D,
    /// Four.
    E,
    /// Five or more.
    F,
}

impl Grade {
    /// All of them, the best first.
    pub const ALL: [Grade; 6] = [Grade::A, Grade::B, Grade::C, Grade::D, Grade::E, Grade::F];

    /// Its letter.
    pub const fn letter(self) -> &'static str {
        ["A", "B", "C", "D", "E", "F"][self as usize]
    }
}

/// How a drill is graded: each bound that is passed is a step down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// How long after it shows the fault is seen.
    pub detect: [Span; 3],
    /// How many users are hurt beyond the best act.
    pub hurt: [u32; 3],
}

/// Steps down for a fault that is never seen; no number of wrong names costs more.
const UNSEEN: u32 = 3;
/// Steps down for a wrong act, and for a right one that was left out.
const ACT: u32 = 2;

/// What a person did, as far as it is graded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conduct {
    /// How long after it showed the fault was seen.
    pub seen: Seen,
    /// How many other causes were named.
    pub wrong_names: u32,
    /// How many users were hurt beyond the best act.
    pub excess: u32,
    /// Whether an act was wrong for the fault.
    pub wrong_act: bool,
    /// Whether the right act was left out.
    pub left_out: bool,
}

/// Whether what was wrong was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// There was nothing to see.
    Nothing,
    /// So long after it showed.
    After(Span),
    /// Never.
    Never,
}

/// Why a grade went down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deduction {
    /// For what.
    pub why: String,
    /// By how many steps.
    pub steps: u32,
}

impl Rule {
    /// The rule, a sentence for each part.
    pub fn told(&self) -> Vec<String> {
        let [soon, later, late] = self.detect;
        let [few, more, many] = self.hurt.map(Count::from);
        vec![
            "You begin with an A and lose a grade for each of these:".to_owned(),
            format!(
                "The cause is seen later than {soon}, than {later}, than {late} after it shows; never is three."
            ),
            "A wrong cause is named.".to_owned(),
            format!(
                "More than {few}, more than {more}, more than {many} users are hurt beyond the best act."
            ),
            "An act that is wrong for the cause, or the right one left out, costs two.".to_owned(),
        ]
    }

    /// What of a person's conduct cost grades.
    pub fn deductions(&self, conduct: &Conduct) -> Vec<Deduction> {
        let mut deductions = Vec::new();
        let mut take = |steps: u32, why: String| {
            if steps > 0 {
                deductions.push(Deduction { why, steps });
            }
        };
        let late = match conduct.seen {
            Seen::Nothing => 0,
            Seen::After(span) => {
                let passed: Vec<&Span> = self.detect.iter().filter(|bound| span > **bound).collect();
                if let Some(last) = passed.last() {
                    take(passed.len() as u32, format!("Seen {span} after it showed: later than {last}"));
                }
                passed.len() as u32
            }
            Seen::Never => {
                take(UNSEEN, "The cause was never seen".to_owned());
                UNSEEN
            }
        };
        let wrong = conduct.wrong_names.min(UNSEEN - late);
        take(wrong, format!("{} named", count_of(u64::from(conduct.wrong_names), "wrong cause")));
        let passed: Vec<&u32> = self.hurt.iter().filter(|bound| conduct.excess > **bound).collect();
        if let Some(last) = passed.last() {
            let (excess, last) = (count_of(u64::from(conduct.excess), "user"), Count::from(**last));
            take(passed.len() as u32, format!("{excess} hurt beyond the best act: more than {last}"));
        }
        if conduct.wrong_act {
            take(ACT, "An act that was wrong for this cause".to_owned());
        }
        if conduct.left_out {
            take(ACT, "The right act was left out".to_owned());
        }
        deductions
    }

    /// The grade that is left.
    pub fn grade(&self, conduct: &Conduct) -> Grade {
        graded(&self.deductions(conduct))
    }
}

/// What deductions leave of an A.
pub fn graded(deductions: &[Deduction]) -> Grade {
    let steps: u32 = deductions.iter().map(|it| it.steps).sum();
    Grade::ALL[(steps as usize).min(Grade::ALL.len() - 1)]
}
