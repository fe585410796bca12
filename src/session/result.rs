//! What a deployment came to, once it is over: how long, who noticed, what it took, and what a pipeline that waits for it
//! believes.

use super::frame::index::{ended, started};
use super::narrate::detector_text;
use super::narrate::words::{count_of, revision_name};
use crate::engine::metrics::{Window, extra_task_millis, fleet_in, lowest_healthy_in, with_two_versions};
use crate::engine::older_view::services_stable;
use crate::engine::{DeploymentRun, Run, ServiceRun};
use crate::model::*;
use std::borrow::Cow;

/// One thing that a deployment came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultLine {
    /// What it is, as in `Fewest healthy`.
    pub what: &'static str,
    /// What it came to, with its unit.
    pub came_to: String,
    /// Where the number comes from.
    pub note: &'static str,
}

/// What a deployment came to from its start to its terminal status; nothing where the run does not reach one.
pub fn result(scenario: &Scenario, run: &Run, deployment: &DeploymentRun) -> Vec<ResultLine> {
    let Some(until) = ended(deployment) else { return Vec::new() };
    let told = Told { scenario, run, deployment, window: Window { from: started(deployment), until } };
    let lines = [
        Some(told.lasted()),
        told.noticed(),
        told.went_back(),
        told.two_versions(),
        Some(told.tasks()),
        Some(told.fewest_healthy()),
        Some(told.waiter()),
    ];
    lines.into_iter().flatten().collect()
}

/// A deployment that is told of.
struct Told<'r> {
    scenario: &'r Scenario,
    run: &'r Run,
    deployment: &'r DeploymentRun,
    window: Window,
}

impl Told<'_> {
    fn lasted(&self) -> ResultLine {
        ResultLine {
            what: "Lasted",
            came_to: self.window.until.since(self.window.from).to_string(),
            note: "From the start of the service deployment to its terminal status.",
        }
    }

    fn noticed(&self) -> Option<ResultLine> {
        let rollback = self.deployment.rollback.as_ref()?;
        let after = rollback.at.since(self.window.from);
        Some(ResultLine {
            what: "Noticed",
            came_to: format!("after {after}, {}", detector_text(self.scenario, &rollback.detector)),
            note: "From the start to the decision that it has failed, or is to go back.",
        })
    }

    fn went_back(&self) -> Option<ResultLine> {
        let rollback = self.deployment.rollback.as_ref()?;
        if !rollback.goes_back || self.deployment.is_first() {
            return None;
        }
        let came_to = match rollback.users_back {
            Some(back) => format!("in {}", back.since(rollback.at)),
            None => "not for all users".to_owned(),
        };
        Some(ResultLine {
            what: "Went back",
            came_to,
            note: "From that decision until no user can meet the target revision.",
        })
    }

    fn two_versions(&self) -> Option<ResultLine> {
        let span = with_two_versions(self.service(), self.window);
        (!span.is_zero()).then(|| ResultLine {
            what: "Two versions",
            came_to: format!("for {span}"),
            note: "How long users’ requests went to more than one revision.",
        })
    }

    fn tasks(&self) -> ResultLine {
        let most = fleet_in(self.service(), self.window).map(|fleet| fleet.total).max().unwrap_or(0);
        let extra = (extra_task_millis(self.service(), self.window) + 30_000) / 60_000;
        ResultLine {
            what: "Most tasks",
            came_to: format!("{}, {} task-min extra", Count::from(most), Count::from(extra)),
            note: "Tasks from PROVISIONING to DEPROVISIONING; extra are those beyond desiredCount, times how long they are there.",
        }
    }

    fn fewest_healthy(&self) -> ResultLine {
        ResultLine {
            what: "Fewest healthy",
            came_to: count_of(lowest_healthy_in(self.service(), self.window), "task"),
            note: "Tasks that count towards minimumHealthyPercent, of either revision, at the worst instant.",
        }
    }

    /// What a pipeline sees that calls the AWS CLI and waits.
    fn waiter(&self) -> ResultLine {
        let stable = services_stable(self.run, self.deployment.service, self.window.from);
        let lives = self.deployment.status.last() == Some(&ServiceDeploymentStatus::Successful);
        let came_to = match stable {
            Some(at) if lives => format!("at {at}"),
            Some(at) => format!("at {at}, without {}", self.target()),
            None => "gives up after 10 min".to_owned(),
        };
        ResultLine {
            what: "services-stable",
            came_to,
            note: "When “aws ecs wait services-stable”, begun at the start, is content: it looks every 15 s, 40 times, for one deployment with desiredCount tasks RUNNING. Which revision they run it does not ask.",
        }
    }

    fn service(&self) -> &ServiceRun {
        &self.run.services[self.deployment.service]
    }

    fn target(&self) -> Cow<'_, str> {
        revision_name(self.scenario, self.run, self.deployment.service, self.deployment.target)
    }
}
