//! A second, slow, literal implementation of the data plane: every request by itself.
//!
//! It reads of a run only what the control plane did (tasks, targets, rules) and of the scenario only what was asked of
//! it; where requests go, how long they wait and what becomes of them is its own code, with its own chance. A request
//! chooses a group by the weights as far as they have spread, or keeps the one it has; it chooses any healthy target
//! there, or keeps that; the task gives out permissions at the rate of its capacity, of which six may lie in stock; it takes a
//! lognormal time; then it makes its calls, one after the other. Over many seeds failed requests and percentiles of
//! latency must be those of the engine.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driver::Recording;
use cutover::engine::{FlowKey, RevisionId, Run, latency, simulate};
use cutover::formats::read_document;
use cutover::model::*;
use cutover::script::Scripts;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Times of the reference, in µs.
type Micros = u64;

/// A request fails rather than wait longer for its task.
const PATIENCE: Micros = 10_000_000;
/// How many permissions a task may save.
const STOCK: f64 = 6.0;
/// The shape of every latency.
const SHAPE: f64 = 0.5;

/// Chance of its own: xorshift64*.
struct Chance(u64);

impl Chance {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// From 0 to 1, without 0.
    fn part(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn happens(&mut self, chance: f64) -> bool {
        self.part() < chance
    }

    fn one_of(&mut self, count: usize) -> usize {
        (((self.bits() >> 32) * count as u64) >> 32) as usize
    }

    /// A lognormal time of that mean.
    fn time(&mut self, mean: Span) -> Micros {
        let (radius, angle) =
            (libm::sqrt(-2.0 * libm::log(self.part())), self.part() * std::f64::consts::TAU);
        let normal = radius * libm::cos(angle);
        (mean.0 as f64 * 1_000.0 * libm::exp(SHAPE * normal - SHAPE * SHAPE / 2.0)) as Micros
    }
}

/// A request at one service: the entry, or one that was called.
struct Visit {
    service: usize,
    task: usize,
    /// Calls still to be made.
    calls: Vec<Call>,
    optional: bool,
    failed: bool,
    /// Whether the task has not begun yet.
    waits: bool,
}

/// A user's request on its way.
struct Request {
    sent: Micros,
    revision: Option<RevisionId>,
    visits: Vec<Visit>,
}

/// The targets a request can choose from, as long as nothing changes.
#[derive(Clone, Default)]
struct Choice {
    groups: [Vec<usize>; 2],
    until: u64,
}

/// A task on its way from a tenth of its capacity to all of it. Work is counted in µs of a warm task.
struct Warming {
    begun: f64,
    whole: f64,
}

impl Warming {
    /// The work that can have been done by a time.
    fn work_by(&self, time: f64) -> f64 {
        let (gone, whole) = ((time - self.begun).max(0.0), self.whole);
        let cold = gone.min(0.1 * whole) * 0.1;
        let warming = gone.clamp(0.1 * whole, whole);
        let warmed =
            if whole > 0.0 { (warming * warming - 0.01 * whole * whole) / (2.0 * whole) } else { 0.0 };
        cold + warmed + (gone - whole).max(0.0)
    }

    /// When so much work can have been done.
    fn time_of(&self, work: f64) -> f64 {
        let whole = self.whole;
        let [cold, warm] = [0.01 * whole, 0.505 * whole];
        let gone = if work < cold {
            work * 10.0
        } else if work < warm {
            libm::sqrt((work - cold) * 2.0 * whole + 0.01 * whole * whole)
        } else {
            work - warm + whole
        };
        self.begun + gone
    }
}

struct Reference<'r> {
    scenario: &'r Scenario,
    run: &'r Run,
    chance: Chance,
    choices: Vec<Choice>,
    /// By service and task: when its next permission is due.
    due: Vec<Vec<Micros>>,
    /// By user: the group that is kept, and until when.
    kept: Vec<(usize, Micros)>,
    /// By user: the target that is kept, and until when.
    kept_targets: Vec<(usize, Micros)>,
    failed: u64,
    /// Latencies of requests by revision, in ms.
    latencies: Vec<(Option<RevisionId>, f64)>,
}

impl<'r> Reference<'r> {
    fn new(scenario: &'r Scenario, run: &'r Run, seed: u64) -> Reference<'r> {
        Reference {
            scenario,
            run,
            chance: Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            choices: vec![Choice::default(); run.services.len()],
            due: run.services.iter().map(|service| vec![0; service.tasks.len()]).collect(),
            kept: Vec::new(),
            kept_targets: Vec::new(),
            failed: 0,
            latencies: Vec::new(),
        }
    }

    /// Sends the requests of a time and sees all of them to their end.
    fn requests(&mut self, from: SimTime, to: SimTime) {
        let highest = self.scenario.traffic.highest().max(self.asked(|act| match act {
            Act::SetTraffic { rate } => Some(*rate),
            _ => None,
        }));
        let mut queue: BinaryHeap<Reverse<(Micros, usize)>> = BinaryHeap::new();
        let mut requests: Vec<Option<Request>> = Vec::new();
        let mut next = from.0 * 1_000;
        self.keep_from(next);
        self.keep_targets_from(next);
        loop {
            next += (-libm::log(self.chance.part()) * 1e9 / highest.0.max(1) as f64) as Micros;
            let over = next >= to.0 * 1_000;
            while let Some(&Reverse((at, number))) = queue.peek()
                && (over || at <= next)
            {
                queue.pop();
                let Some(mut request) = requests[number].take() else { continue };
                if let Some(at) = self.goes_on(&mut request, at) {
                    requests[number] = Some(request);
                    queue.push(Reverse((at, number)));
                }
            }
            if over {
                return;
            }
            if self.chance.happens(self.rate(next).0 as f64 / highest.0.max(1) as f64) {
                let visit = self.visit(0, false);
                requests.push(Some(Request { sent: next, revision: None, visits: vec![visit] }));
                queue.push(Reverse((next, requests.len() - 1)));
            }
        }
    }

    /// The highest of what interventions ask for.
    fn asked(&self, rate: impl Fn(&Act) -> Option<Rate>) -> Rate {
        self.scenario.interventions.iter().filter_map(|it| rate(&it.act)).max().unwrap_or_default()
    }

    /// The acts that have been done by a time, in order.
    fn done(&self, at: Micros) -> impl Iterator<Item = &'r Act> {
        let made = move |it: &&Intervention| matches!(it.when, When::At(when) if when.0 * 1_000 <= at);
        self.scenario.interventions.iter().filter(made).map(|it| &it.act)
    }

    fn rate(&self, at: Micros) -> Rate {
        let set = self.done(at).filter_map(|act| match act {
            Act::SetTraffic { rate } => Some(*rate),
            _ => None,
        });
        set.last().unwrap_or_else(|| self.profile(at))
    }

    /// What the profile says: from change to change, at once or along a line.
    fn profile(&self, at: Micros) -> Rate {
        let traffic = &self.scenario.traffic;
        let lasts = |spike: &&Spike| spike.from.0 * 1_000 <= at && at < spike.to.0 * 1_000;
        if let Some(spike) = traffic.spikes.iter().find(lasts) {
            return spike.rate;
        }
        let (mut since, mut rate) = (0, traffic.production);
        for change in &traffic.profile {
            let then = change.at.0 * 1_000;
            if then > at {
                if !change.ramp {
                    break;
                }
                let gone = (at - since) as f64 / (then - since) as f64;
                return Rate((rate.0 as f64 + gone * (change.rate.0 as f64 - rate.0 as f64)) as u64);
            }
            (since, rate) = (then, change.rate);
        }
        rate
    }

    /// At the beginning everybody keeps group 0, chosen at any time within the duration.
    fn keep_from(&mut self, now: Micros) {
        let Some(lasts) = self.scenario.services[0].group_stickiness else { return };
        for _ in 0..self.scenario.traffic.users {
            let left = self.chance.part() * lasts.0 as f64 * 1_000.0;
            self.kept.push((0, now + left as Micros));
        }
    }

    /// The same with targets.
    fn keep_targets_from(&mut self, now: Micros) {
        let Some(lasts) = self.scenario.services[0].routing.groups[0].stickiness else { return };
        self.look_around(0, now / 1_000);
        let targets = self.choices[0].groups[0].clone();
        for _ in 0..self.scenario.traffic.users {
            let left = self.chance.part() * lasts.0 as f64 * 1_000.0;
            self.kept_targets.push((targets[self.chance.one_of(targets.len())], now + left as Micros));
        }
    }

    fn visit(&mut self, service: usize, optional: bool) -> Visit {
        let mut calls = Vec::new();
        for call in &self.scenario.services[service].calls {
            let part = (call.per_request % 1_000_000) as f64 / 1e6;
            let count = call.per_request / 1_000_000 + u64::from(self.chance.happens(part));
            calls.extend((0..count).map(|_| *call));
        }
        calls.reverse();
        Visit { service, task: usize::MAX, calls, optional, failed: false, waits: true }
    }

    /// The next step of a request; when it is due, or `None` at its end.
    fn goes_on(&mut self, request: &mut Request, now: Micros) -> Option<Micros> {
        let visit = request.visits.last_mut()?;
        if visit.waits {
            visit.waits = false;
            let (task, wait) = self.reaches(visit.service, now);
            let first = request.visits.len() == 1;
            let visit = request.visits.last_mut()?;
            let Some(task) = task else {
                // Nobody is there, or nobody any more.
                (visit.failed, visit.calls) = (true, Vec::new());
                return Some(now);
            };
            visit.task = task;
            let revision = self.run.services[visit.service].tasks[task].revision;
            if first {
                request.revision = Some(revision);
            }
            let Some(wait) = wait else {
                (visit.failed, visit.calls) = (true, Vec::new());
                return Some(now + PATIENCE);
            };
            return Some(now + wait + self.work(visit, revision, now));
        }
        if let Some(call) = visit.calls.pop() {
            let called = self.visit(call.service, call.optional);
            request.visits.push(called);
            return Some(now);
        }
        let ended = request.visits.pop()?;
        let died = ended.task < usize::MAX && self.gone(ended.service, ended.task) <= now;
        let failed = ended.failed || died;
        match request.visits.last_mut() {
            Some(caller) => {
                caller.failed |= failed && !ended.optional;
                Some(now)
            }
            None => {
                self.failed += u64::from(failed);
                self.latencies.push((request.revision, (now - request.sent) as f64 / 1_000.0));
                None
            }
        }
    }

    /// What a revision's software and its dependencies take, and whether they fail.
    fn work(&mut self, visit: &mut Visit, revision: RevisionId, now: Micros) -> Micros {
        let service = visit.service;
        let behavior = self.behavior(service, revision, now);
        visit.failed |= self.chance.happens(behavior.error.as_percent() / 100.0);
        let mut time = self.chance.time(behavior.latency);
        for declared in &self.scenario.services[service].dependencies {
            let mut now_is = declared.clone();
            for act in self.done(now) {
                if let Act::SetDependency { name, error, latency } = act
                    && *name == declared.name
                {
                    now_is.error = error.unwrap_or(now_is.error);
                    now_is.latency = latency.unwrap_or(now_is.latency);
                }
            }
            visit.failed |= self.chance.happens(now_is.error.as_percent() / 100.0);
            time += self.chance.time(now_is.latency);
        }
        time
    }

    fn behavior(&self, service: usize, revision: RevisionId, now: Micros) -> Behavior {
        let definition = self.run.services[service].revisions[usize::from(revision.0)].definition;
        let mut behavior = self.scenario.services[service].revisions[definition].behavior.clone();
        for act in self.done(now) {
            if let Act::SetBehavior { service: of, revision, behavior: patch } = act
                && (*of, *revision) == (service, definition)
            {
                behavior = behavior.with(patch);
            }
        }
        behavior
    }

    /// When a task's container is gone.
    fn gone(&self, service: usize, task: usize) -> Micros {
        let steps = self.run.services[service].tasks[task].status.steps();
        let gone = steps.iter().find(|(_, status)| *status >= TaskStatus::Deprovisioning);
        gone.map_or(Micros::MAX, |(at, _)| at.0 * 1_000)
    }

    /// The task a request comes to, and how long it waits there; `None` if longer than its patience.
    fn reaches(&mut self, service: usize, now: Micros) -> (Option<usize>, Option<Micros>) {
        self.look_around(service, now / 1_000);
        let group = self.group(service, now);
        let targets = &self.choices[service].groups[group];
        if targets.is_empty() {
            return (None, None);
        }
        let task = self.target(service, group, now);
        if self.gone(service, task) <= now {
            return (None, None);
        }
        let revision = self.run.services[service].tasks[task].revision;
        let behavior = self.behavior(service, revision, now);
        let gap = 1e9 / behavior.capacity.0 as f64;
        let warming = self.warming(service, task, behavior.warm_up);
        let done = warming.work_by(now as f64);
        let due = &mut self.due[service][task];
        let begins = warming.time_of((*due as f64 - STOCK * gap).max(done));
        let wait = (begins - now as f64).max(0.0) as Micros;
        if wait > PATIENCE {
            return (Some(task), None);
        }
        *due = (*due).max(done as Micros) + gap as Micros;
        (Some(task), Some(wait))
    }

    /// The target a request comes to: the one its user keeps, or any.
    fn target(&mut self, service: usize, group: usize, now: Micros) -> usize {
        let lasts = self.scenario.services[service].routing.groups[group].stickiness;
        let keeps =
            lasts.filter(|_| service == 0).map(|lasts| (lasts, self.chance.one_of(self.kept_targets.len())));
        if let Some((_, user)) = keeps {
            let (task, until) = self.kept_targets[user];
            if now < until && self.choices[service].groups[group].contains(&task) {
                return task;
            }
        }
        let count = self.choices[service].groups[group].len();
        let task = loop {
            // One that starts slowly is passed over more often than not.
            let place = self.chance.one_of(count);
            let task = self.choices[service].groups[group][place];
            let pull = self.pull(service, task, now);
            if pull >= 1.0 || self.chance.happens(pull) {
                break task;
            }
        };
        if let Some((lasts, user)) = keeps {
            self.kept_targets[user] = (task, now + lasts.0 * 1_000);
        }
        task
    }

    /// How much a target gets of what the others get: it may start slowly.
    fn pull(&self, service: usize, task: usize, now: Micros) -> f64 {
        let log = &self.run.services[service];
        let task = &log.tasks[task];
        let group = usize::from(log.revisions[usize::from(task.revision.0)].group);
        let slow = self.scenario.services[service].routing.groups[group].slow_start.0 as f64 * 1_000.0;
        let at = SimTime(now / 1_000);
        let healthy =
            task.target.steps().iter().rfind(|(since, it)| *it == TargetHealth::Healthy && *since <= at);
        match healthy {
            // Those that stand there at second 0 have long been there.
            Some((since, _)) if slow > 0.0 && since.0 > 0 => {
                ((now - since.0 * 1_000) as f64 / slow).clamp(0.05, 1.0)
            }
            _ => 1.0,
        }
    }

    /// A task does a tenth of its work at first and all of it when it is warm.
    fn warming(&self, service: usize, task: usize, whole: Span) -> Warming {
        let steps = self.run.services[service].tasks[task].status.steps();
        let running =
            steps.iter().find(|(_, status)| *status == TaskStatus::Running).map_or(0, |(at, _)| at.0);
        let whole = if running == 0 { 0.0 } else { whole.0 as f64 * 1_000.0 };
        Warming { begun: running as f64 * 1_000.0, whole }
    }

    /// The group a request goes to: the one it keeps, or one by the weights.
    fn group(&mut self, service: usize, now: Micros) -> usize {
        let Some(rule) = self.run.services[service].production.at(SimTime(now / 1_000)) else { return 0 };
        let second = rule.actual_share(SimTime(now / 1_000)).as_percent() / 100.0;
        let Some(lasts) = self.scenario.services[service].group_stickiness.filter(|_| service == 0) else {
            return usize::from(self.chance.happens(second));
        };
        let user = self.chance.one_of(self.kept.len());
        let (group, until) = self.kept[user];
        if now < until && !self.choices[service].groups[group].is_empty() {
            return group;
        }
        let group = usize::from(self.chance.happens(second));
        self.kept[user] = (group, now + lasts.0 * 1_000);
        group
    }

    /// Which tasks can be chosen, until one of them changes.
    fn look_around(&mut self, service: usize, now: u64) {
        if now < self.choices[service].until {
            return;
        }
        let log = &self.run.services[service];
        let at = SimTime(now);
        let kind = self.scenario.services[service].routing.kind;
        let mut until = u64::MAX;
        let mut groups: [[Vec<usize>; 2]; 2] = Default::default();
        for (number, task) in log.tasks.iter().enumerate() {
            until = task.status.next_after(at).map_or(until, |(next, _)| until.min(next.0));
            until = task.target.next_after(at).map_or(until, |(next, _)| until.min(next.0));
            let group = match kind {
                RoutingKind::Headless => 0,
                _ => usize::from(log.revisions[usize::from(task.revision.0)].group),
            };
            let running = task.status.at(at) == Some(&TaskStatus::Running);
            match task.target.at(at) {
                _ if !kind.has_targets() && running => groups[0][group].push(number),
                Some(TargetHealth::Healthy) => groups[0][group].push(number),
                Some(TargetHealth::Initial | TargetHealth::Unhealthy) => groups[1][group].push(number),
                _ => {}
            }
        }
        let [good, open] = groups;
        let mut groups = good;
        for (group, open) in groups.iter_mut().zip(open) {
            // Fail-open.
            if group.is_empty() {
                *group = open;
            }
        }
        self.choices[service] = Choice { groups, until };
    }
}

/// A comparison: a recording, the time whose requests are compared, and over how many seeds.
struct Case {
    what: &'static str,
    document: Value,
    from: u64,
    to: u64,
    seeds: u64,
}

/// WebAssembly runs fewer seeds, and so allows more.
const FEWER: u64 = if cfg!(target_arch = "wasm32") { 5 } else { 1 };
const ALLOWED: f64 = if cfg!(target_arch = "wasm32") { 0.08 } else { 0.03 };

fn agree(case: &Case) {
    let (from, to) = (SimTime::from_secs(case.from), SimTime::from_secs(case.to));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut latencies = Vec::new();
    let mut engines: Vec<[f64; 3]> = Vec::new();
    for seed in 0..case.seeds / FEWER {
        let mut document = case.document.clone();
        document["seed"] = json!(seed);
        let scenario = read_document(&document).expect("the recording is good").scenario;
        let run = simulate(&scenario, &mut Scripts::compile(&scenario.hooks).runner());
        let traffic = &run.services[0].traffic;
        ours.push((traffic.production(to).failed - traffic.production(from).failed) as f64);
        let mut reference = Reference::new(&scenario, &run, seed + 1);
        reference.requests(from, to);
        theirs.push(reference.failed as f64);
        if seed < 40 {
            latencies.extend(reference.latencies.iter().filter(|(by, _)| by.is_some()).map(|(_, ms)| *ms));
            let all = |key| matches!(key, FlowKey::Production(_));
            let of_run = latency::percentiles(&scenario, &run, 0, (from, to), all, [50.0, 95.0, 99.0]);
            engines.push(of_run.expect("requests"));
        }
    }
    let mean = |counts: &[f64]| counts.iter().sum::<f64>() / counts.len() as f64;
    let (our_mean, their_mean) = (mean(&ours), mean(&theirs));
    let spread: f64 = theirs.iter().map(|count| (count - their_mean) * (count - their_mean)).sum();
    let count = theirs.len() as f64;
    let error = libm::sqrt(spread / (count - 1.0) / count);
    let what = case.what;
    assert!(their_mean > 100.0, "{what}: only {their_mean} requests fail");
    assert!(FEWER > 1 || error < 0.01 * their_mean, "{what}: {their_mean} ± {error}: more seeds are needed");
    let off = (our_mean / their_mean - 1.0).abs();
    assert!(off < ALLOWED, "{what}: {our_mean} fail, {their_mean} ± {error} by the reference");
    latencies.sort_by(f64::total_cmp);
    for (place, percent) in [50, 95, 99].into_iter().enumerate() {
        let their = latencies[latencies.len() * percent / 100];
        let our = mean(&engines.iter().map(|engine| engine[place]).collect::<Vec<_>>());
        assert!(
            (our / their - 1.0).abs() < ALLOWED,
            "{what}: p{percent} is {our} ms, {their} ms by the reference"
        );
    }
}

fn preset(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn opening() -> Value {
    preset(include_str!("../../static/scenarios/opening.json"))
}

#[test]
fn the_opening_by_canary_and_by_rolling() {
    agree(&Case { what: "canary", document: opening(), from: 60, to: 200, seeds: 120 });
    let mut rolling = opening();
    let configuration = rolling["services"][0]["otherStrategies"]["ROLLING"].clone();
    let alarms = rolling["services"][0]["service"]["deploymentConfiguration"]["alarms"].clone();
    let deployment = &mut rolling["services"][0]["service"]["deploymentConfiguration"];
    *deployment = configuration;
    deployment["strategy"] = json!("ROLLING");
    deployment["alarms"] = alarms;
    agree(&Case { what: "rolling", document: rolling, from: 50, to: 500, seeds: 25 });
}

#[test]
fn a_spike_that_is_more_than_the_tasks_can_answer() {
    let mut spike = Recording::rolling(1, 100, 200).document;
    spike["traffic"] = json!({"requestsPerSecond": 120});
    spike["interventions"] = json!([{"atSeconds": 20, "setTraffic": {"requestsPerSecond": 320}},
        {"atSeconds": 60, "setTraffic": {"requestsPerSecond": 120}}]);
    agree(&Case { what: "overload", document: spike, from: 0, to: 120, seeds: 40 });
}

#[test]
fn tasks_that_are_killed() {
    let mut killed = Recording::rolling(6, 100, 200).document;
    killed["services"][0]["revisions"][0]["behavior"] = json!({"latencyMillis": 400});
    killed["services"][0]["timings"] = json!({"exitSeconds": 1, "deregisterSeconds": 3});
    killed["traffic"] = json!({"requestsPerSecond": 240});
    let mut acts: Vec<Value> =
        (0..8).map(|kill| json!({"atSeconds": 10 + 20 * kill, "stopTask": {"task": 1 + kill % 3}})).collect();
    acts.push(json!({"atSeconds": 190, "failAvailabilityZone": {"zone": "a", "forSeconds": 30}}));
    killed["interventions"] = json!(acts);
    agree(&Case { what: "killed", document: killed, from: 0, to: 220, seeds: 60 });
}

#[test]
fn clients_that_keep_their_group() {
    let mut sticky = crate::stickiness::canary(Some(120)).document;
    sticky["services"][0]["revisions"][1]["behavior"] = json!({"errorPercent": 40});
    // From before the first shift, while everybody keeps the first group.
    agree(&Case { what: "sticky", document: sticky, from: 40, to: 350, seeds: 100 });
}

#[test]
fn a_called_service_that_fails_and_one_that_is_slow() {
    let mut retail = preset(include_str!("../../static/scenarios/retail.json"));
    retail["services"][1]["service"]["deploymentConfiguration"]["alarms"]["enable"] = json!(false);
    retail["services"][2]["service"]["desiredCount"] = json!(1);
    retail["services"][2]["revisions"][0]["behavior"]["requestsPerSecondPerTask"] = json!(240);
    retail["interventions"].as_array_mut().expect("a list").extend([
        json!({"atSeconds": 120, "setDependency": {"name": "orders-postgresql", "errorPercent": 10, "latencyMillis": 300}}),
        json!({"atSeconds": 165, "setBehavior": {"service": "carts", "revision": "11", "behavior": {"requestsPerSecondPerTask": 80}}}),
        // Then everything comes to its end.
        json!({"atSeconds": 190, "setTraffic": {"requestsPerSecond": 0}}),
    ]);
    agree(&Case { what: "retail", document: retail, from: 60, to: 220, seeds: 40 });
}

/// A rolling service of four tasks, of which each answers 60 requests a second, and whose new revision fails one request
/// in five.
fn replaced() -> Value {
    let mut document = Recording::rolling(4, 100, 200).document;
    document["traffic"] = json!({"requestsPerSecond": 160});
    document["services"][0]["revisions"] = json!([
        {"name": "41", "behavior": {"requestsPerSecondPerTask": 60}},
        {"name": "42", "behavior": {"requestsPerSecondPerTask": 60, "errorPercent": 20}}]);
    document["services"][0]["targetGroups"] =
        json!([{"Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}]}]);
    document["interventions"] = json!([{"atSeconds": 0, "deploy": {"service": "ui", "revision": "42"}}]);
    document
}

#[test]
fn targets_that_start_slowly() {
    let mut slow = replaced();
    slow["services"][0]["timings"] = json!({"deregisterSeconds": 90});
    slow["services"][0]["targetGroups"][0]["Attributes"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"Key": "slow_start.duration_seconds", "Value": "60"}));
    agree(&Case { what: "slow start", document: slow, from: 40, to: 140, seeds: 80 });
}

#[test]
fn tasks_that_warm_up() {
    let mut cold = replaced();
    cold["services"][0]["revisions"][1]["behavior"]["warmUpSeconds"] = json!(16);
    cold["services"][0]["revisions"][1]["behavior"]["requestsPerSecondPerTask"] = json!(120);
    agree(&Case { what: "warm-up", document: cold, from: 40, to: 140, seeds: 80 });
}

#[test]
fn tasks_that_are_too_cold_for_what_they_get() {
    // A queue shortens faster than it has grown: the tasks it waits for are warmer by then.
    let mut cold = replaced();
    cold["traffic"] = json!({"requestsPerSecond": 200});
    cold["services"][0]["revisions"][1]["behavior"]["warmUpSeconds"] = json!(90);
    cold["services"][0]["revisions"][1]["behavior"]["errorPercent"] = json!(0);
    agree(&Case { what: "cold", document: cold, from: 40, to: 200, seeds: 80 });
}

#[test]
fn a_spike_in_the_middle_of_a_canary() {
    let mut spike = opening();
    spike["traffic"]["profile"] = json!([{"atSeconds": 90, "requestsPerSecond": 600, "forSeconds": 40}]);
    agree(&Case { what: "spike", document: spike, from: 60, to: 180, seeds: 40 });
}

#[test]
fn a_rate_that_climbs_above_what_can_be_answered_and_falls_again() {
    let mut ramp = replaced();
    ramp["interventions"] = json!([]);
    ramp["traffic"]["profile"] = json!([{"atSeconds": 20, "requestsPerSecond": 160}, 
        {"atSeconds": 80, "requestsPerSecond": 480, "ramp": true}, {"atSeconds": 140, "requestsPerSecond": 160, "ramp": true}]);
    agree(&Case { what: "ramp", document: ramp, from: 0, to: 220, seeds: 40 });
}

#[test]
fn a_revision_whose_tasks_exit_again_and_again() {
    let mut exits = replaced();
    exits["services"][0]["revisions"][1]["behavior"] =
        json!({"requestsPerSecondPerTask": 120, "failsAfterSeconds": 25, "latencyMillis": 200});
    agree(&Case { what: "exits", document: exits, from: 40, to: 400, seeds: 40 });
}

#[test]
fn a_zone_that_is_lost_in_the_middle_of_a_canary() {
    let mut lost = opening();
    // Where tasks are nearly full, bunches of requests queue in the reference, and cost nothing in the engine.
    for revision in 0..2 {
        lost["services"][0]["revisions"][revision]["behavior"]["requestsPerSecondPerTask"] = json!(120);
    }
    lost["services"][0]["revisions"][1]["behavior"]["latencyMillis"] = json!(150);
    lost["interventions"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"atSeconds": 110, "failAvailabilityZone": {"zone": "b", "forSeconds": 60}}));
    agree(&Case { what: "zone", document: lost, from: 60, to: 240, seeds: 80 });
}

#[test]
fn clients_that_keep_a_group_that_is_rolled_back() {
    let mut sticky = crate::stickiness::canary(Some(60)).document;
    sticky["services"][0]["revisions"][1]["behavior"] = json!({"errorPercent": 40});
    sticky["interventions"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"atSeconds": 150, "stopServiceDeployment": {"service": "ui"}}));
    agree(&Case { what: "sticky rollback", document: sticky, from: 40, to: 260, seeds: 150 });
}

#[test]
fn clients_that_keep_their_target_in_a_rolling_update() {
    for (what, lasts) in [("targets for a day", 86_400), ("targets for two minutes", 120)] {
        let mut sticky = Recording::rolling(5, 100, 120).document;
        sticky["traffic"] = json!({"requestsPerSecond": 120, "users": 6_000});
        sticky["services"][0]["revisions"][1]["behavior"] = json!({"errorPercent": 30});
        sticky["services"][0]["targetGroups"] = json!([{"Attributes": [
            {"Key": "deregistration_delay.timeout_seconds", "Value": "60"},
            {"Key": "stickiness.enabled", "Value": "true"},
            {"Key": "stickiness.lb_cookie.duration_seconds", "Value": lasts.to_string()}]}]);
        sticky["interventions"] = json!([{"atSeconds": 0, "deploy": {"service": "ui", "revision": "42"}},
            {"atSeconds": 300, "stopServiceDeployment": {"service": "ui"}}]);
        // From when all tasks are old.
        agree(&Case { what, document: sticky, from: 20, to: 500, seeds: 40 });
    }
}
