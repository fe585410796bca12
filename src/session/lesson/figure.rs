//! The figures that a caption may name in braces and a question may ask for, each read off the run.
//!
//! A figure has its words, as a caption says them, and its measure, by which an answer is judged: a number (tasks,
//! requests, users, per cent, seconds) or a word of the API.

use crate::engine::{DeploymentRun, Fact};
use crate::model::*;
use crate::session::Outcome;
use crate::session::film::Film;
use crate::session::frame::{Frame, Role, index};

/// What a figure is, for judging an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A number in thousandths of its unit: tasks, requests, users, per cent, seconds.
    Number(u64),
    /// A word.
    Word(String),
}

/// A figure of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// As it is said.
    pub text: String,
    /// As it is judged.
    pub measure: Measure,
}

/// The figures of an instant; docs/lessons.md says what each is.
pub const FIGURES: &[&str] = &[
    "source",
    "target",
    "service",
    "errors",
    "tasks",
    "healthy",
    "sourceTasks",
    "targetTasks",
    "desired",
    "minimum",
    "maximum",
    "lower",
    "upper",
    "share",
    "step",
    "stepBake",
    "bake",
    "sent",
    "failed",
    "users",
    "exposed",
    "hurt",
    "undo",
    "price",
    "deployments",
    "status",
    "detectedBy",
    "counted",
    "trips",
    "alarms",
    "calls",
    "pauses",
    "steps",
    "clock",
    "span",
    "fewestFailed",
    "fewestTasks",
];

/// The figures that may be asked of any strategy's whole run, as in `{failed.CANARY}`.
pub const OF_A_STRATEGY: &[&str] = &["failed", "peak", "undo", "takes", "status"];

/// The names in braces of a text, in order.
pub fn names(say: &str) -> impl Iterator<Item = &str> {
    say.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name)
}

/// Whether there is a figure of that name.
pub fn is_known(name: &str) -> bool {
    match name.split_once('.') {
        Some((figure, strategy)) => {
            OF_A_STRATEGY.contains(&figure) && StrategyName::from_api_name(strategy).is_some()
        }
        None => FIGURES.contains(&name),
    }
}

/// Whether a figure compares the strategies.
pub fn compares(name: &str) -> bool {
    name.contains('.') || name.starts_with("fewest")
}

/// Where a figure is looked up.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// In which run.
    pub film: &'a Film,
    /// What the strategies come to.
    pub outcomes: &'a [Outcome],
    /// When.
    pub at: SimTime,
    /// The event that a span is counted from.
    pub since: Option<SimTime>,
}

impl Place<'_> {
    /// A text with its figures filled in.
    ///
    /// # Errors
    /// The name of a figure that there is none of.
    pub fn filled(&self, say: &str) -> Result<String, String> {
        let mut text = String::new();
        let mut parts = say.split('{');
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (name, rest) = part.split_once('}').ok_or_else(|| part.to_owned())?;
            text.push_str(&self.figure(name).ok_or_else(|| name.to_owned())?.text);
            text.push_str(rest);
        }
        Ok(text)
    }

    /// A figure by its name; `None` where there is none of that name here.
    pub fn figure(&self, name: &str) -> Option<Figure> {
        if let Some((figure, strategy)) = name.split_once('.') {
            let strategy = StrategyName::from_api_name(strategy)?;
            return of_strategy(figure, self.outcomes.iter().find(|outcome| outcome.strategy == strategy)?);
        }
        let Place { film, at, .. } = *self;
        let frame = film.frame(at);
        let so_far = &frame.so_far;
        Some(match name {
            "source" => word(frame.source.name),
            "target" => word(frame.target?.name),
            "service" => word(frame.service),
            "errors" => ratio(self.errors(&frame.target?.name)?),
            "tasks" => count(so_far.tasks),
            "healthy" => count(so_far.healthy),
            "sourceTasks" => count(tasks_of(&frame, Role::Source)),
            "targetTasks" => count(tasks_of(&frame, Role::Target)),
            "desired" => count(so_far.desired),
            "minimum" => percent(self.configuration().minimum_healthy_percent),
            "maximum" => percent(self.configuration().maximum_percent),
            "lower" => count(frame.balance?.lower_bound),
            "upper" => count(frame.balance?.upper_bound),
            "share" => ratio(share(&frame)),
            "step" => permille(self.step()?.0),
            "stepBake" => span(self.step()?.1),
            "bake" => span(self.configuration().bake()),
            "sent" => count(so_far.sent),
            "failed" => count(so_far.failed),
            "users" => count(so_far.users),
            "exposed" => count(so_far.users_exposed),
            "hurt" => count(so_far.users_hurt),
            "undo" => span(film.outcome.undo?),
            "price" => film.way_back(at + Span(1)).map_or_else(|| word("refused"), |price| span(price.span)),
            "deployments" => count(self.begun().count() as u64),
            "status" => word(frame.deployment?.status?.api_name()),
            "detectedBy" => word(self.detected_by()),
            "counted" => count(frame.deployment?.breaker.map_or(0, |(count, _)| count)),
            "trips" => count(frame.deployment?.breaker?.1),
            "alarms" => {
                word(self.latest()?.alarms.at(at).copied().unwrap_or(MonitorStatus::Disabled).api_name())
            }
            "calls" => self.counted(|fact| matches!(fact, Fact::HookCalled { .. })),
            "pauses" => self.counted(|fact| {
                matches!(fact, Fact::HookAnswered { status: HookStatus::AwaitingAction, .. })
            }),
            "steps" => {
                self.counted(|fact| matches!(fact, Fact::RuleChanged { rule: ListenerRule::Production, .. }))
            }
            "clock" => Figure { text: at.to_string(), measure: Measure::Number(at.0) },
            "span" => span(at.since(self.since?)),
            "fewestFailed" => self.least(|outcome| outcome.failed_requests)?,
            "fewestTasks" => self.least(|outcome| u64::from(outcome.peak_tasks))?,
            _ => return None,
        })
    }

    /// What part of its requests a revision fails, as the recording says.
    fn errors(&self, name: &str) -> Option<Ratio> {
        let film = self.film;
        let mut revisions = film.scenario.services[film.index.service()].revisions.iter();
        Some(revisions.find(|revision| revision.name == name)?.behavior.error)
    }

    /// The deployment configuration in force.
    fn configuration(&self) -> &DeploymentConfiguration {
        let service = self.film.index.service();
        let in_force = self.film.run.services[service].configuration.at(self.at);
        &in_force.unwrap_or(&self.film.scenario.services[service]).deployment
    }

    /// The percentage and the bake of a traffic step, where there are several.
    fn step(&self) -> Option<(Permille, Span)> {
        match self.configuration().strategy {
            Strategy::Canary { percent, bake } | Strategy::Linear { percent, bake } => Some((percent, bake)),
            Strategy::Rolling | Strategy::BlueGreen => None,
        }
    }

    /// The service's deployments that have begun, in order.
    fn begun(&self) -> impl DoubleEndedIterator<Item = &DeploymentRun> {
        let mine = self.film.index.deployments().iter().map(|&number| &self.film.run.deployments[number]);
        mine.filter(|deployment| index::started(deployment) <= self.at)
    }

    fn latest(&self) -> Option<&DeploymentRun> {
        self.begun().next_back()
    }

    fn detected_by(&self) -> &'static str {
        let film = self.film;
        let mut mine = film.index.deployments().iter().map(|&number| &film.run.deployments[number]);
        mine.find_map(|it| Some(it.rollback.as_ref()?.detector.word())).unwrap_or("nobody")
    }

    fn counted(&self, of: fn(&Fact) -> bool) -> Figure {
        let service = self.film.index.service();
        let by_now = self.film.run.events.iter().take_while(|event| event.at <= self.at);
        count(by_now.filter(|it| it.service.is_none_or(|of| of == service) && of(&it.fact)).count() as u64)
    }

    fn least(&self, of: fn(&Outcome) -> u64) -> Option<Figure> {
        let least = self.outcomes.iter().map(of).min()?;
        let mut best = self.outcomes.iter().filter(|outcome| of(outcome) == least);
        let only = best.next().filter(|_| best.next().is_none())?;
        Some(word(only.strategy.api_name()))
    }
}

fn of_strategy(figure: &str, outcome: &Outcome) -> Option<Figure> {
    Some(match figure {
        "failed" => count(outcome.failed_requests),
        "peak" => count(outcome.peak_tasks),
        "undo" => span(outcome.undo?),
        "takes" => span(outcome.ended?.since(SimTime::ZERO)),
        "status" => word(outcome.status?.api_name()),
        _ => return None,
    })
}

fn tasks_of(frame: &Frame, role: Role) -> u64 {
    let tasks = frame.fleets.iter().flat_map(|fleet| &fleet.tasks);
    tasks.filter(|task| task.role == role && !task.stopping).count() as u64
}

/// The part of production requests that the target gets: measured by its healthy targets where one group serves both.
fn share(frame: &Frame) -> Ratio {
    match &frame.balance {
        Some(balance) => {
            let whole = u64::from(balance.source_healthy + balance.target_healthy).max(1);
            Ratio((u64::from(balance.target_healthy) * 1_000_000 / whole) as u32)
        }
        None => frame.production.actual,
    }
}

fn count(number: impl Into<u64>) -> Figure {
    let number = number.into();
    Figure { text: Count(number).to_string(), measure: Measure::Number(number * 1000) }
}

fn ratio(ratio: Ratio) -> Figure {
    Figure { text: ratio.to_string(), measure: Measure::Number(u64::from(ratio.0) / 10) }
}

fn percent(percent: u32) -> Figure {
    Figure { text: format!("{percent} %"), measure: Measure::Number(u64::from(percent) * 1000) }
}

fn permille(share: Permille) -> Figure {
    Figure { text: share.to_string(), measure: Measure::Number(u64::from(share.0) * 100) }
}

fn span(span: Span) -> Figure {
    Figure { text: span.to_string(), measure: Measure::Number(span.0) }
}

fn word(word: impl Into<String>) -> Figure {
    let text = word.into();
    Figure { measure: Measure::Word(text.clone()), text }
}
