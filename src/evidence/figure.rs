//! The figures of a scoreboard: what each is called, what it is measured in, and how it is written.

use super::scoreboard::Scoreboard;
use crate::model::{Count, Span};

/// Declares the figures with their keys and titles.
macro_rules! figures {
    ($($(#[$doc:meta])* $figure:ident $key:literal $title:literal $unit:ident $what:literal,)+) => {
        /// A figure of a run.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Figure {
            $($(#[$doc])* $figure,)+
        }

        impl Figure {
            /// All of them, in the order of the scoreboard.
            pub const ALL: &'static [Figure] = &[$(Figure::$figure,)+];

            /// Its name in files and on the command line.
            pub const fn key(self) -> &'static str {
                match self {
                    $(Figure::$figure => $key,)+
                }
            }

            /// Its name on screen.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Figure::$figure => $title,)+
                }
            }

            /// What it is measured in.
            pub const fn unit(self) -> Unit {
                match self {
                    $(Figure::$figure => Unit::$unit,)+
                }
            }

            /// What it is, in a sentence.
            pub const fn what(self) -> &'static str {
                match self {
                    $(Figure::$figure => $what,)+
                }
            }
        }
    };
}

/// What a figure is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Requests.
    Requests,
    /// People.
    Users,
    /// Tasks.
    Tasks,
    /// Tasks times minutes.
    TaskMinutes,
    /// Dollars.
    Dollars,
    /// Hundredths.
    Percent,
}

figures! {
    /// From the deployment's start to its terminal status.
    TimeToDeploy "secondsToDeploy" "Time to deploy" Seconds
        "From the deployment's start to its terminal status, back or forth.",
    /// Users' requests that failed.
    FailedRequests "failedRequests" "Failed requests" Requests
        "Users' requests that failed, to the end of the run.",
    /// Users who have met the new revision.
    UsersExposed "usersExposed" "Users exposed" Users
        "Users who have met the new revision.",
    /// Users who have met a failure.
    UsersHurt "usersHurt" "Users hurt" Users
        "Users who have met a failure.",
    /// How long requests went to two revisions.
    TwoVersions "secondsWithTwoVersions" "Time with two versions" Seconds
        "How long users' requests went to two revisions.",
    /// The most tasks at one time.
    PeakTasks "peakTasks" "Peak tasks" Tasks
        "The most tasks there were at one time.",
    /// Tasks beyond desiredCount times how long.
    ExtraTaskMinutes "extraTaskMinutes" "Extra task-minutes" TaskMinutes
        "Tasks beyond desiredCount, times how long they were there.",
    /// What these cost.
    ExtraCost "extraCost" "Price of the extra tasks" Dollars
        "The extra task-minutes at the price of their vCPUs and memory.",
    /// The fewest healthy tasks.
    LowestHealthy "lowestHealthyTasks" "Lowest healthy count" Tasks
        "The fewest healthy tasks at any instant.",
    /// From the deployment's start to the decision to go back.
    TimeToDetect "secondsToDetect" "Time to detect" Seconds
        "From the deployment's start to the decision to go back.",
    /// From that decision until no user meets the new revision.
    TimeToRollBack "secondsToRollBack" "Time to roll back" Seconds
        "From that decision until no user can meet the new revision.",
    /// The part of what may fail in 30 days.
    ErrorBudget "errorBudgetPercent" "Share of 30 days' error budget" Percent
        "Failed requests, of those that the availability target lets fail in 30 days at this traffic.",
}

impl Figure {
    /// The figure of that key or title.
    pub fn named(name: &str) -> Option<Figure> {
        Figure::ALL.iter().copied().find(|figure| figure.key() == name)
    }

    /// Whether more is better; of all others less is.
    pub const fn is_better_high(self) -> bool {
        matches!(self, Figure::LowestHealthy)
    }

    /// Its value for a run; `None` where it was not reached, or is not asked for.
    pub fn of(self, board: &Scoreboard) -> Option<f64> {
        let seconds = |millis: u64| millis as f64 / 1000.0;
        match self {
            Figure::TimeToDeploy => board.deploy.map(|span| seconds(span.0)),
            Figure::FailedRequests => Some(board.failed as f64),
            Figure::UsersExposed => Some(f64::from(board.exposed)),
            Figure::UsersHurt => Some(f64::from(board.hurt)),
            Figure::TwoVersions => Some(seconds(board.two_versions.0)),
            Figure::PeakTasks => Some(f64::from(board.peak_tasks)),
            Figure::ExtraTaskMinutes => Some(board.extra_task_millis as f64 / 60_000.0),
            Figure::ExtraCost => Some(board.extra_cost),
            Figure::LowestHealthy => Some(f64::from(board.lowest_healthy)),
            Figure::TimeToDetect => board.detect.map(|span| seconds(span.0)),
            Figure::TimeToRollBack => board.roll_back.map(|span| seconds(span.0)),
            Figure::ErrorBudget => board.error_budget_percent,
        }
    }

    /// A value with its unit, as in `8 min 19 s`, `147`, `$0.03`.
    pub fn text(self, value: f64) -> String {
        match self.unit() {
            Unit::Seconds => Span(libm::round(value * 1000.0) as u64).to_string(),
            Unit::Requests | Unit::Users => rounded(value),
            Unit::Tasks => format!("{} tasks", rounded(value)),
            Unit::TaskMinutes => format!("{} task-min", rounded(value)),
            // What is less than a cent is not nothing.
            Unit::Dollars if value > 0.0 && value < 0.005 => format!("${value:.4}"),
            Unit::Dollars => format!("${value:.2}"),
            Unit::Percent => format!("{} %", rounded(value)),
        }
    }

    /// A value that stands alone, so that it says of what it is, as in `147 requests`.
    pub fn said(self, value: f64) -> String {
        match self.unit() {
            Unit::Requests => format!("{} requests", self.text(value)),
            Unit::Users => format!("{} users", self.text(value)),
            _ => self.text(value),
        }
    }

    /// A value of a run with its unit; a dash where there is none.
    pub fn text_of(self, board: &Scoreboard) -> String {
        self.of(board).map_or_else(|| "–".to_owned(), |value| self.text(value))
    }
}

/// A number with as many digits as say something: whole from ten on, else one decimal, or two.
fn rounded(value: f64) -> String {
    let whole = libm::round(value);
    if whole == value || value >= 10.0 {
        Count(whole as u64).to_string()
    } else if value >= 1.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::Figure;

    #[test]
    fn a_figure_is_written_with_its_unit() {
        for (figure, value, text) in [
            (Figure::TimeToDeploy, 499.0, "8 min 19 s"),
            (Figure::FailedRequests, 1812.0, "1,812"),
            (Figure::FailedRequests, 0.25, "0.25"),
            (Figure::PeakTasks, 12.0, "12 tasks"),
            (Figure::ExtraTaskMinutes, 61.6, "62 task-min"),
            (Figure::ExtraCost, 0.046, "$0.05"),
            (Figure::ExtraCost, 0.00247, "$0.0025"),
            (Figure::ExtraCost, 0.0, "$0.00"),
            (Figure::ErrorBudget, 2.34, "2.3 %"),
        ] {
            assert_eq!(figure.text(value), text);
        }
    }

    #[test]
    fn a_figure_is_found_by_its_key() {
        for figure in Figure::ALL {
            assert_eq!(Figure::named(figure.key()), Some(*figure));
        }
        assert_eq!(Figure::named("failed"), None);
    }
}
