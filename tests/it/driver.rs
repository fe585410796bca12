//! The one driver: the only place where the tests touch the reader and the engine.

use crate::invariants::Watch;
use cutover::engine::{HookRunner, RollingBounds, Run, simulate_observed};
use cutover::formats::read_document;
use cutover::model::Scenario;
use serde_json::{Value, json};
use std::fmt;

/// The stages at which a Lambda hook may be attached, in order ("Lifecycle hooks for Amazon ECS
/// service deployments").
pub const HOOK_STAGES: [&str; 8] = [
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
];

/// Those that every deployment with two fleets has: nothing is left to reconcile where none was under way.
pub fn stages_of_two_fleets() -> &'static [&'static str] {
    &HOOK_STAGES[1..]
}

/// The two inequalities of a pass where every task stops and starts in an instant: `old` and `new` healthy tasks.
pub fn instant_bounds(desired: u32, (old, new): (u32, u32), (lower, upper): (u32, u32)) -> RollingBounds {
    RollingBounds {
        desired,
        healthy: old + new,
        lower_bound: lower,
        total: old + new,
        upper_bound: upper,
        old,
        old_unhealthy: 0,
        new,
        starting: 0,
        stopping: 0,
        next_launch: None,
    }
}

/// A recording that a test builds: one service `ui`, revisions 41 and 42.
#[derive(Clone)]
pub struct Recording {
    /// The document as a file would hold it.
    pub document: Value,
}

/// Written as the file it would be, so that one that fails can be saved and run.
impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.document, f)
    }
}

impl Recording {
    /// A rolling service behind one target group.
    pub fn rolling(desired: u32, minimum: u32, maximum: u32) -> Recording {
        Recording::with(json!({
            "serviceName": "ui", "desiredCount": desired,
            "deploymentConfiguration": {"minimumHealthyPercent": minimum, "maximumPercent": maximum},
            "loadBalancers": [{"targetGroupArn": group(1), "containerName": "ui", "containerPort": 8080}]
        }))
    }

    /// A service of three tasks with everything a shifting strategy needs.
    pub fn shifting(configuration: Value) -> Recording {
        Recording::with(json!({
            "serviceName": "ui", "desiredCount": 3, "deploymentConfiguration": configuration,
            "loadBalancers": [{
                "targetGroupArn": group(1), "containerName": "ui", "containerPort": 8080,
                "advancedConfiguration": {
                    "alternateTargetGroupArn": group(2), "productionListenerRule": rule("app", 1),
                    "testListenerRule": rule("app", 2), "roleArn": "arn:aws:iam::123456789012:role/ecs"
                }
            }]
        }))
    }

    fn with(service: Value) -> Recording {
        Recording {
            document: json!({
                "cutover": 1, "name": "a test", "seed": 7,
                "services": [{"service": service, "revisions": [{"name": "41"}, {"name": "42"}]}],
                "interventions": []
            }),
        }
    }

    /// Its listeners become those of a Network Load Balancer.
    pub fn behind_a_network_load_balancer(&mut self) {
        let advanced =
            &mut self.document["services"][0]["service"]["loadBalancers"][0]["advancedConfiguration"];
        advanced["productionListenerRule"] = json!(listener("net", 1));
        advanced["testListenerRule"] = json!(listener("net", 2));
    }

    /// Revision 42 is deployed at that second.
    pub fn deploys_at(&mut self, seconds: u64) {
        self.intervene(json!({"atSeconds": seconds, "deploy": {"service": "ui", "revision": "42"}}));
    }

    /// One more intervention.
    pub fn intervene(&mut self, intervention: Value) {
        self.document["interventions"].as_array_mut().expect("a list").push(intervention);
    }
}

/// The ARN of target group `ui-n`.
pub fn group(n: u8) -> String {
    format!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/ui-{n}/{n:016}")
}

fn rule(kind: &str, n: u8) -> String {
    format!(
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/{kind}/shop/{n:016}/{n:016}/{n:016}"
    )
}

fn listener(kind: &str, n: u8) -> String {
    format!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/{kind}/shop/{n:016}/{n:016}")
}

/// Reads and simulates a recording; the invariants are looked at after every instant.
pub fn simulate(recording: &Recording) -> (Scenario, Run) {
    let reading = read_document(&recording.document).unwrap_or_else(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("the recording is refused:\n{}\n{}", lines.join("\n"), recording.document)
    });
    let scripts = cutover::script::Scripts::compile(&reading.scenario.hooks);
    let run = watched(&reading.scenario, &mut scripts.runner());
    (reading.scenario, run)
}

/// Simulates a scenario; the invariants are looked at after every instant.
pub fn watched(scenario: &Scenario, hooks: &mut dyn HookRunner) -> Run {
    let mut watch = Watch::new(scenario);
    let run = simulate_observed(scenario, hooks, &mut |run| watch.look(run));
    watch.look_at_the_end(&run);
    run
}
