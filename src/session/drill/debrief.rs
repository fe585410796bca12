//! What a drill comes to: the person's run beside the run in which nobody acted and the best that could have been done.
//!
//! All of it is simulated. What shows is found by laying the run with the fault beside the same run without it: the
//! first second at which a number on the page differs enough to be noticed.

use super::grade::{Conduct, Seen, graded};
use super::{Deduction, Draw, Drill, Grade, Means};
use crate::engine::users::users;
use crate::engine::{ApprovalState, Flow, FlowKey, Run, ServiceRun, simulate};
use crate::formats::{Problem, read_document};
use crate::model::*;
use crate::script::Scripts;
use std::collections::BTreeSet;

/// What is told at the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Debrief {
    /// The hidden fault, by the cause that was to be named.
    pub cause: String,
    /// What it was.
    pub told: String,
    /// What to look at next time.
    pub look: String,
    /// When it began; `None` where nothing was wrong.
    pub began: Option<SimTime>,
    /// When it showed, had nobody acted.
    pub showed: Option<SimTime>,
    /// When the person saw it: named it, or took the right act when it had shown.
    pub seen: Option<SimTime>,
    /// Users hurt in the person's run.
    pub hurt: u32,
    /// Users hurt where nobody acts.
    pub hurt_by_nobody: u32,
    /// Users hurt at best.
    pub hurt_at_best: u32,
    /// The best act and its moment; `None` where none hurts fewer than letting it be.
    pub best: Option<(SimTime, Means)>,
    /// What was done, in order.
    pub acts: Vec<(SimTime, Means)>,
    /// What would have been right, in words.
    pub right: String,
    /// What cost grades.
    pub deductions: Vec<Deduction>,
    /// The grade.
    pub grade: Grade,
}

/// The best act is looked for in so many moments, evenly from where the fault shows to the end.
const MOMENTS: u64 = 6;

/// Tells what came of a drill in which somebody did and named these, in order.
///
/// # Errors
/// What the reader of recordings says of the drill's own.
pub fn debrief(
    drill: &Drill,
    draw: &Draw,
    acts: &[(SimTime, Means)],
    names: &[(SimTime, usize)],
) -> Result<Debrief, Vec<Problem>> {
    let fault = &drill.faults[draw.fault];
    let ground = Ground::of(drill, draw)?;
    let nobody = ground.run(&[]);
    let (began, showed) = match fault.interventions.is_empty() {
        true => (None, None),
        false => ground.signs(&nobody, draw)?,
    };
    let hurt_by_nobody = ground.hurt(&nobody);
    let hurt = if acts.is_empty() { hurt_by_nobody } else { ground.hurt(&ground.run(acts)) };
    let (hurt_at_best, best) = ground.best(drill, &nobody, showed, hurt_by_nobody);

    let named =
        names.iter().find(|(at, cause)| *cause == draw.fault && began.is_some_and(|began| *at >= began));
    let acted =
        acts.iter().find(|(at, act)| fault.right.contains(act) && showed.is_some_and(|showed| *at >= showed));
    let seen = named.map(|(at, _)| *at).into_iter().chain(acted.map(|(at, _)| *at)).min();
    let others: BTreeSet<usize> =
        names.iter().map(|(_, cause)| *cause).filter(|cause| *cause != draw.fault).collect();
    let done = |wanted: &[Means]| acts.iter().any(|(_, act)| wanted.contains(act));
    let conduct = Conduct {
        seen: match (showed, seen) {
            (None, _) => Seen::Nothing,
            (Some(showed), Some(seen)) => Seen::After(seen.since(showed.min(seen))),
            (Some(_), None) => Seen::Never,
        },
        wrong_names: others.len() as u32,
        excess: hurt.saturating_sub(hurt_at_best),
        wrong_act: done(&fault.wrong),
        left_out: !fault.right.is_empty() && !done(&fault.right),
    };
    let deductions = drill.rule.deductions(&conduct);
    Ok(Debrief {
        cause: fault.cause.clone(),
        told: fault.told.clone(),
        look: fault.look.clone(),
        began,
        showed,
        seen,
        hurt,
        hurt_by_nobody,
        hurt_at_best,
        best,
        acts: acts.to_vec(),
        right: in_words(&fault.right),
        grade: graded(&deductions),
        deductions,
    })
}

/// Acts of which one is right, in words.
fn in_words(right: &[Means]) -> String {
    let names: Vec<&str> = right.iter().map(|act| act.deed().name()).collect();
    if names.is_empty() { "let it be".to_owned() } else { names.join(" or ") }
}

/// What every run of a drill is made from: its recording with the fault in it.
pub(super) struct Ground {
    scenario: Scenario,
    scripts: Scripts,
    /// The recording without the fault.
    quiet: Scenario,
    service: usize,
    end: SimTime,
}

impl Ground {
    pub(super) fn of(drill: &Drill, draw: &Draw) -> Result<Ground, Vec<Problem>> {
        let mut document = drill.document(draw.seed);
        let quiet = read_document(&document)?.scenario;
        drill.secret(draw).write(&mut document);
        let scenario = read_document(&document)?.scenario;
        let scripts = Scripts::compile(&scenario.hooks);
        let deploys =
            |it: &Intervention| matches!(it.act, Act::Deploy { .. }).then(|| it.act.service()).flatten();
        let service = scenario.interventions.iter().find_map(deploys).unwrap_or(0);
        Ok(Ground { scenario, scripts, quiet, service, end: drill.end() })
    }

    /// The run in which somebody does these.
    pub(super) fn run(&self, acts: &[(SimTime, Means)]) -> Run {
        let mut scenario = self.scenario.clone();
        let done = |(at, means): &(SimTime, Means)| Intervention {
            when: When::At(*at),
            act: means.act(self.service),
        };
        scenario.interventions.extend(acts.iter().map(done));
        simulate(&scenario, &mut self.scripts.runner())
    }

    /// Users who have met a failure when the drill is over.
    pub(super) fn hurt(&self, run: &Run) -> u32 {
        users(&self.scenario, run, self.end).hurt
    }

    /// The first second at which the fault makes a difference, and the first at which one may notice it. A fault that
    /// begins after second 0 begins at its moment, whenever it makes a difference.
    fn signs(&self, nobody: &Run, draw: &Draw) -> Result<(Option<SimTime>, Option<SimTime>), Vec<Problem>> {
        let mut quiet = self.quiet.clone();
        // What keeps the run going to the drill's end is the last of what is hidden.
        quiet.interventions.extend(self.scenario.interventions.last().cloned());
        let quiet = simulate(&quiet, &mut self.scripts.runner());
        let mut began = (draw.moment > SimTime::ZERO).then_some(draw.moment);
        for second in draw.moment.0 / 1000 + 1..=self.end.0 / 1000 {
            let at = SimTime::from_secs(second);
            match nobody
                .services
                .iter()
                .zip(&quiet.services)
                .map(|(with, without)| sign(with, without, at))
                .max()
            {
                Some(Sign::Plain) => return Ok((began.or(Some(at)), Some(at))),
                Some(Sign::Faint) => began = began.or(Some(at)),
                _ => {}
            }
        }
        Ok((began, None))
    }

    /// The fewest users that can be hurt by one act, or by none.
    fn best(
        &self,
        drill: &Drill,
        nobody: &Run,
        showed: Option<SimTime>,
        hurt_by_nobody: u32,
    ) -> (u32, Option<(SimTime, Means)>) {
        let Some(showed) = showed else { return (hurt_by_nobody, None) };
        let mut moments: Vec<SimTime> =
            (0..MOMENTS).map(|part| showed + Span(self.end.since(showed).0 * part / MOMENTS)).collect();
        moments.extend(asked(nobody).into_iter().filter(|at| *at > showed));
        let tries = drill
            .means
            .iter()
            .flat_map(|allowance| moments.iter().map(|at| (*at + Span(1), allowance.means)));
        let tried = tries.map(|act| (self.hurt(&self.run(&[act])), act)).min_by_key(|(hurt, _)| *hurt);
        // What saves no more users than chance may is no better than letting it be.
        match tried {
            Some((hurt, act)) if hurt + drill.rule.hurt[0] < hurt_by_nobody => (hurt, Some(act)),
            _ => (hurt_by_nobody, None),
        }
    }
}

/// When a person is asked for.
pub(super) fn asked(run: &Run) -> Vec<SimTime> {
    let approvals = run.approvals.iter().filter_map(|it| {
        let (at, state) = it.state.steps().first()?;
        (*state == ApprovalState::Pending).then_some(*at)
    });
    let pauses = run.deployments.iter().flat_map(|it| &it.hooks);
    let pauses = pauses.filter(|call| call.status == HookStatus::AwaitingAction).map(|call| call.at);
    approvals.chain(pauses).collect()
}

/// How far two runs differ at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    None,
    /// Something differs that nobody would notice.
    Faint,
    /// A number on the page is another one.
    Plain,
}

/// Failures are noticed when so many more of a revision's requests have failed within this time.
const FAILURES: (u64, Span) = (5, Span::from_secs(30));
/// Latency is noticed when its mean over this time is longer by a quarter, and by so many milliseconds.
const SLOWER: (u64, Span) = (10, Span::from_secs(10));

fn sign(with: &ServiceRun, without: &ServiceRun, at: SimTime) -> Sign {
    // How many tasks there are, and of what kind, is counted on the page.
    if with.counts.at(at) != without.counts.at(at) {
        return Sign::Plain;
    }
    // What users and testers are answered is on the page; what services ask of each other is not, by itself.
    let seen =
        |flow: &&Flow| matches!(flow.key, FlowKey::Production(_) | FlowKey::Test(_) | FlowKey::Unserved);
    let signs = with.traffic.flows.iter().filter(seen).map(|flow| {
        let key = flow.key;
        let failed = |run: &ServiceRun, at: SimTime| run.traffic.sum(at, |other| other == key).failed;
        let lately = |run| failed(run, at).saturating_sub(failed(run, at - FAILURES.1));
        let mean =
            |run: &ServiceRun| run.traffic.mean_latency(at - SLOWER.1, at, |other| other == key).unwrap_or(0);
        let (slow, usual) = (mean(with), mean(without));
        if lately(with) >= lately(without) + FAILURES.0 || (slow > usual + SLOWER.0 && slow * 4 > usual * 5) {
            Sign::Plain
        } else if failed(with, at) != failed(without, at) || slow * 100 > usual * 105 {
            Sign::Faint
        } else {
            Sign::None
        }
    });
    signs.max().unwrap_or(Sign::None)
}
