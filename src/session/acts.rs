//! What a person can do to the simulated AWS at the playhead, and why something cannot be done.
//!
//! Each deed becomes one or more interventions of the recording; nothing is done to a run.

use super::failures::Failure;
use super::frame::{Frame, FrameIndex, Role};
use super::narrate::words::{count_of, unmistakable};
use super::recording::{add_revision, intervene, seconds, write_revisions};
use crate::engine::{ApprovalState, DeploymentRun, Run, StageRecord, Waiting};
use crate::model::*;
use serde_json::{Value, json};

/// Something a person does to the simulated AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// StopServiceDeployment.
    RollBack,
    /// UpdateService with the next revision.
    Deploy,
    /// A failure is injected.
    Inject(Failure),
    /// The reviewer approves.
    Approve,
    /// The reviewer rejects.
    Reject,
    /// ContinueServiceDeployment with CONTINUE.
    Continue,
}

impl Deed {
    /// All of them, in the order of the page.
    pub fn all() -> impl Iterator<Item = Deed> {
        let plain = [Deed::RollBack, Deed::Deploy, Deed::Approve, Deed::Reject, Deed::Continue];
        plain.into_iter().chain(Failure::ALL.iter().copied().map(Deed::Inject))
    }

    /// The name of its control.
    pub const fn name(self) -> &'static str {
        match self {
            Deed::RollBack => "Roll back",
            Deed::Deploy => "Deploy",
            Deed::Inject(failure) => failure.name(),
            Deed::Approve => "Approve",
            Deed::Reject => "Reject",
            Deed::Continue => "Continue",
        }
    }
}

/// A deed the page offers at the playhead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What.
    pub deed: Deed,
    /// The control's name, as in `Roll back`.
    pub name: &'static str,
    /// What it would do, in a few words, as in `41 takes everyone back`.
    pub description: String,
    /// Why it cannot be done now; `None` where it can.
    pub refused: Option<String>,
}

/// The moment of the session at which something would be done.
#[derive(Clone, Copy, Debug)]
pub struct Stage<'a> {
    /// What the run was made from.
    pub scenario: &'a Scenario,
    /// The run.
    pub run: &'a Run,
    /// The run's index.
    pub index: &'a FrameIndex,
    /// What is seen: the playhead and the service in view.
    pub frame: &'a Frame,
    /// Which service.
    pub service: usize,
}

impl Stage<'_> {
    /// All deeds, each with what it would do or why it cannot be done.
    pub fn offers(&self) -> Vec<Offer> {
        let offer = |deed: Deed| Offer {
            deed,
            name: deed.name(),
            description: self.description(deed),
            refused: self.refusal(deed),
        };
        Deed::all().map(offer).collect()
    }

    /// Why a deed cannot be done at the playhead.
    pub fn refusal(&self, deed: Deed) -> Option<String> {
        match deed {
            Deed::RollBack => self.no_way_back(),
            Deed::Deploy => None,
            Deed::Approve | Deed::Reject => match &self.frame.approval {
                None => Some("No script has asked for an approval.".to_owned()),
                Some(approval) if approval.stored != ApprovalState::Pending.api_name() => {
                    Some(format!("The stored object says {} already.", approval.stored))
                }
                Some(_) if self.ongoing().is_none() => Some("The deployment is over.".to_owned()),
                Some(approval) if !self.will_read(&approval.hook) => {
                    Some("The hook has ended: nobody reads the answer any more.".to_owned())
                }
                Some(_) => None,
            },
            Deed::Continue if self.frame.paused.is_none() => Some("No PAUSE hook waits.".to_owned()),
            Deed::Continue => None,
            Deed::Inject(failure) => self.plan(failure).err(),
        }
    }

    /// Writes a deed into the recording as interventions at `at`, an instant after the playhead.
    pub fn write(&self, document: &mut Value, deed: Deed, at: SimTime) {
        let service = json!({"service": self.frame.service});
        match deed {
            Deed::RollBack => self.write_act(document, at, "stopServiceDeployment", service),
            Deed::Deploy => self.write_deploy(document, at),
            Deed::Approve => self.write_bound(document, at, "approve", service),
            Deed::Reject => self.write_bound(document, at, "reject", service),
            Deed::Continue => {
                let act = json!({"service": self.frame.service, "action": HookAction::Continue.api_name()});
                self.write_bound(document, at, "continueServiceDeployment", act);
            }
            Deed::Inject(failure) => self.write_failure(document, at, failure),
        }
    }

    /// The revision that failures strike, the one being deployed or what there is: its name, and how it behaves now.
    pub(super) fn struck(&self) -> (&str, &Behavior) {
        let service_run = &self.run.services[self.service];
        let definition =
            self.deployment().map_or(0, |it| service_run.revisions[usize::from(it.target.0)].definition);
        let revision = &self.scenario.services[self.service].revisions[definition];
        (&revision.name, self.index.behavior(definition, self.frame.at).unwrap_or(&revision.behavior))
    }

    pub(super) fn deployment(&self) -> Option<&DeploymentRun> {
        let view = self.frame.deployment.as_ref().filter(|view| view.status.is_some())?;
        Some(&self.run.deployments[view.deployment])
    }

    /// The deployment going on, with its status.
    fn ongoing(&self) -> Option<ServiceDeploymentStatus> {
        self.frame.deployment.as_ref()?.status.filter(|status| !status.is_terminal())
    }

    /// Whether a hook that has asked the reviewer will be called again, and see what was answered.
    fn will_read(&self, hook: &str) -> bool {
        let at = self.frame.at;
        self.deployment().is_some_and(|deployment| {
            let last = deployment.hooks.iter().rfind(|call| call.hook == hook && call.at <= at);
            let left_behind = deployment.rollback.as_ref().filter(|rollback| rollback.at <= at);
            last.is_some_and(|call| {
                call.status == HookStatus::InProgress
                    && left_behind.is_none_or(|rollback| call.at >= rollback.at)
            })
        })
    }

    fn no_way_back(&self) -> Option<String> {
        let Some(status) = self.ongoing() else {
            let ended = self.deployment().is_some();
            return Some(match ended {
                true => "The deployment is over: going back is a new deployment.".to_owned(),
                false => "No deployment is going on.".to_owned(),
            });
        };
        if !matches!(status, ServiceDeploymentStatus::Pending | ServiceDeploymentStatus::InProgress) {
            return Some(format!("It is already on the way: {status}."));
        }
        let no_return = self.deployment().and_then(|deployment| deployment.no_return);
        no_return.is_some_and(|since| since <= self.frame.at).then(|| {
            format!(
                "Clean-up has begun: {} is being removed. Going back is a new deployment.",
                self.frame.source.called
            )
        })
    }

    fn description(&self, deed: Deed) -> String {
        let (source, struck) = (&self.frame.source.called, unmistakable(self.struck().0));
        match deed {
            Deed::RollBack if self.frame.deployment.as_ref().is_some_and(|it| it.first) => {
                format!("there is no earlier revision: the tasks of {struck} stop, and nobody is served")
            }
            Deed::RollBack if self.frame.strategy.shifts() => format!("{source} takes everyone back at once"),
            Deed::RollBack => {
                let target = self.frame.fleets.iter().flat_map(|fleet| &fleet.tasks);
                let count = target.filter(|task| task.role == Role::Target && !task.stopping).count() as u64;
                format!("replaces {} of {struck} by tasks of {source}", count_of(count, "task"))
            }
            Deed::Deploy => {
                let next = self.next_revision().0;
                match self.ongoing() {
                    Some(_) => format!("revision {next}; stops the deployment of {struck}"),
                    None => format!("revision {next}"),
                }
            }
            Deed::Approve => "the reviewer says yes; the next call of the hook reads it".to_owned(),
            Deed::Reject => "the reviewer says no; the next call of the hook reads it".to_owned(),
            Deed::Continue => "ContinueServiceDeployment: the hook succeeds".to_owned(),
            Deed::Inject(failure) => self.plan(failure).map_or_else(|refused| refused, |plan| plan.said),
        }
    }

    /// The name of the revision that Deploy brings, and whether the recording has it.
    fn next_revision(&self) -> (String, bool) {
        let revisions = &self.scenario.services[self.service].revisions;
        let newest = self
            .run
            .deployments
            .iter()
            .filter(|it| it.service == self.service && super::frame::index::started(it) <= self.frame.at)
            .map(|it| self.run.services[self.service].revisions[usize::from(it.target.0)].definition)
            .next_back()
            .unwrap_or(0);
        if let Some(next) = revisions.get(newest + 1) {
            return (next.name.clone(), true);
        }
        let last = &revisions[revisions.len() - 1].name;
        let number = last.parse().unwrap_or(revisions.len() as u64);
        let numbered = (1..).map_while(|more| number.checked_add(more)).map(|number| number.to_string());
        let mut names = numbered.chain((2..).map(|copy: u32| format!("{last}-{copy}")));
        let free = names.find(|name| revisions.iter().all(|revision| revision.name != *name));
        (free.expect("there are more names than revisions"), false)
    }

    fn write_act(&self, document: &mut Value, at: SimTime, act: &str, what: Value) {
        intervene(document, json!({"atSeconds": seconds(at.0), act: what}));
    }

    /// An answer stays with the moment it was given at, when times move.
    fn write_bound(&self, document: &mut Value, at: SimTime, act: &str, what: Value) {
        match self.moment(at) {
            Some(moment) => intervene(document, json!({"at": moment, act: what})),
            None => self.write_act(document, at, act, what),
        }
    }

    /// `at` as a moment of the deployment: so long after the waiting hook was called first in this stay in its stage.
    fn moment(&self, at: SimTime) -> Option<Value> {
        let deployment = self.deployment()?;
        let last = deployment.stages.partition_point(|stay| stay.start <= self.frame.at).checked_sub(1)?;
        let (stay, stage) = (&deployment.stages[last], deployment.stages[last].stage?);
        let same =
            |other: &&StageRecord| other.stage == Some(stage) && other.rolling_back == stay.rolling_back;
        let step = deployment.stages[..=last].iter().filter(same).count();
        // A moment belongs to the first deployment that comes to it.
        let earlier = self.run.deployments.iter().take_while(|other| !std::ptr::eq(*other, deployment));
        let entries = |other: &DeploymentRun| other.stages.iter().filter(same).count();
        if earlier.into_iter().any(|other| other.service == self.service && entries(other) >= step) {
            return None;
        }
        let waiting = self.run.services[self.service].waiting.at(self.frame.at);
        let (name, id) = match waiting? {
            Waiting::Pause { hook, .. } => ("PAUSE", hook.as_str()),
            _ => {
                let hook = self.frame.approval.as_ref()?.hook.as_str();
                (hook, hook)
            }
        };
        let called = deployment
            .hooks
            .iter()
            .find(|call| call.stage == stage && call.at >= stay.start && call.hook == id)?
            .at;
        let plus = seconds(at.since(called).0);
        let mut moment = json!({"stage": stage.api_name(), "step": step, "hook": name, "plusSeconds": plus});
        if stay.rolling_back {
            moment["rollingBack"] = json!(true);
        }
        Some(moment)
    }

    fn write_deploy(&self, document: &mut Value, at: SimTime) {
        let (name, declared) = self.next_revision();
        let revisions = &self.scenario.services[self.service].revisions;
        write_revisions(document, self.service, revisions);
        if !declared {
            let last = revisions.len() - 1;
            add_revision(document, self.service, &revisions[last], last, &name);
        }
        let act = json!({"service": self.frame.service, "revision": name});
        self.write_act(document, at, "deploy", act);
    }
}
