//! The one door, and the clock behind it: from one instant in which something happens to the next, to the end.

use super::event::{Fact, Why};
use super::hooks::HookRunner;
use super::queue::Command;
use super::run::{Detector, Run};
use super::world::World;
use crate::model::*;

/// A run goes on so long after its last terminal status and its last intervention.
const AFTERMATH: Span = Span::from_secs(300);
/// A run in which nothing but traffic is left goes on so long.
const STUCK: Span = Span::from_secs(600);

/// A run holds so many events and tasks, which is far more than any deployment needs; tasks that start and fail in no time
/// would make one without end.
const MOST_FACTS: usize = 500_000;
/// And so many judged periods of alarms: a hundred that are judged every second for 30 days would take the memory of a
/// machine.
pub const MOST_JUDGEMENTS: usize = 10_000_000;

/// Simulates a scenario to its end.
///
/// The run is a pure function of the scenario and the scripts behind `hooks`: the same arguments give the same run,
/// natively and in WebAssembly.
pub fn simulate(scenario: &Scenario, hooks: &mut dyn HookRunner) -> Run {
    let mut observer = |_: &Run| {};
    simulate_observed(scenario, hooks, &mut observer)
}

/// The same, showing the unfinished run after every instant in which something happened, for checkers that stand
/// outside.
pub fn simulate_observed(
    scenario: &Scenario,
    hooks: &mut dyn HookRunner,
    observer: &mut dyn FnMut(&Run),
) -> Run {
    run_to_end(World::new(scenario, hooks), observer)
}

/// The same without the end after 48 hours, to see whether a deployment can finish at all.
pub(super) fn rehearse(scenario: &Scenario, hooks: &mut dyn HookRunner) -> Run {
    let mut world = World::new(scenario, hooks);
    world.horizon = Some(SimTime::ZERO + LONGEST_RUN);
    run_to_end(world, &mut |_| {})
}

fn run_to_end(mut world: World<'_>, observer: &mut dyn FnMut(&Run)) -> Run {
    world.schedule_interventions();
    for (service, config) in world.scenario.services.iter().enumerate() {
        if config.first_deployment {
            world.deploy(service, 0);
        }
    }
    world.settle();
    observer(&world.run);
    loop {
        world.drop_dead_commands();
        let command = world.queue.peek().map(|(at, _)| at);
        let next = command.into_iter().chain(world.next_period_end()).min();
        let end = world.end(next);
        if next.is_none_or(|next| next > end) {
            world.flow_until(end);
            world.run.end = end;
            return world.run;
        }
        let Some(next) = next else { continue };
        world.flow_until(next);
        world.now = next;
        world.judge_alarms();
        world.settle();
        world.work();
        observer(&world.run);
        if let Some(full) = world.is_full() {
            world.event(None, Fact::CutShort, full);
            world.run.end = world.now;
            return world.run;
        }
    }
}

impl World<'_> {
    /// Of what the run holds as much as it can.
    fn is_full(&self) -> Option<Why> {
        let tasks: usize = self.run.services.iter().map(|service| service.tasks.len()).sum();
        full(self.run.events.len() + tasks, self.judgements)
    }

    /// Does everything that is due now, and what follows from it in the same instant.
    fn work(&mut self) {
        loop {
            self.drop_dead_commands();
            if self.queue.peek().is_none_or(|(at, _)| at > self.now) || self.is_full().is_some() {
                return;
            }
            while let Some((at, _)) = self.queue.peek() {
                if at > self.now {
                    break;
                }
                if let Some((_, command)) = self.queue.pop()
                    && self.is_live(&command)
                {
                    self.last_work = self.now;
                    self.carry_out(command);
                }
            }
            self.settle();
        }
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Intervene(index) => self.intervene(index),
            Command::Cohort { service, cohort, step, .. } => self.cohort_steps(service, cohort, step),
            Command::Wake { service, .. } => {
                self.protection_expires(service);
                self.touch(service);
            }
            Command::RuleSettled { service, test, .. } => {
                let rule = if test { ListenerRule::Test } else { ListenerRule::Production };
                let span = self.services[service].config.timings.propagation;
                self.event(service, Fact::RuleSettled { rule }, Why::Propagation { span });
                self.touch(service);
            }
            Command::StageLimit { service, .. } => {
                let entered =
                    self.services[service].deployment.as_ref().map(|d| (d.stage_entered, d.place.stage));
                if let Some((entered, Some(stage))) = entered {
                    let after = self.now.since(entered);
                    let text = format!("{stage} lasted {after}, the longest a stage may last");
                    self.fail(service, Detector::StageTimeout, text);
                }
            }
            Command::CallHook { service, call } => self.call_hook(service, call),
            Command::HookAnswers { service, call, invocation } => {
                self.hook_answers(service, call, *invocation)
            }
            Command::HookExpires { service, call } => self.hook_expires(service, call),
            Command::ReviewerAnswers { approval } => {
                let approves = self.scenario.reviewer.is_some_and(|reviewer| reviewer.approves);
                self.store_answer(approval, approves);
            }
            Command::FaultEnds(fault) => self.fault_ends(fault),
        }
    }

    fn drop_dead_commands(&mut self) {
        while self.queue.peek().is_some_and(|(_, command)| !self.is_live(command)) {
            self.queue.pop();
        }
    }

    /// Where the run ends, as far as can be said now; `next` is the next instant in which something happens.
    fn end(&mut self, next: Option<SimTime>) -> SimTime {
        let longest = SimTime::ZERO + LONGEST_RUN;
        if self.queue.iter().any(|(_, command)| matches!(command, Command::Intervene(_))) {
            return longest;
        }
        let under_way = self.services.iter().any(|service| service.deployment.is_some());
        if !under_way {
            let terminal =
                self.run.deployments.iter().filter_map(|run| run.status.steps().last()).map(|(at, _)| *at);
            let last = terminal.max().unwrap_or(SimTime::ZERO).max(self.last_intervention);
            return (last + AFTERMATH).min(longest);
        }
        if !self.queue.iter().any(|(_, command)| self.is_live(command)) {
            return (self.last_work + STUCK).min(longest);
        }
        // What a person does later than that is looked at as long as anything a person does.
        let limit = (self.last_deploy + HANGING_RUN).max(self.last_intervention + AFTERMATH);
        if let Some(horizon) = self.horizon.filter(|&horizon| horizon >= limit) {
            return horizon.min(longest);
        }
        if next.is_some_and(|next| next > limit) {
            let timers =
                self.queue.iter().filter(|(_, command)| self.is_live(command) && self.is_timer(command));
            let horizon = timers.map(|(at, _)| at).fold(limit, SimTime::max);
            self.horizon = Some(horizon);
            return horizon.min(longest);
        }
        longest
    }

    /// Whether a command is a bake, a step or a hook's timer.
    fn is_timer(&self, command: &Command) -> bool {
        match command {
            Command::Wake { service, due } => self.services[*service]
                .deployment
                .as_ref()
                .is_some_and(|deployment| deployment.wait == super::deployment::Wait::Timer(*due)),
            Command::CallHook { .. } | Command::HookAnswers { .. } | Command::HookExpires { .. } => true,
            _ => false,
        }
    }
}

/// Of what so many facts and judgements are as many as a run holds.
fn full(facts: usize, judgements: usize) -> Option<Why> {
    let counts =
        [(facts, MOST_FACTS, "events and tasks"), (judgements, MOST_JUDGEMENTS, "periods of alarms")];
    let reached = counts.into_iter().find(|(count, most, _)| count >= most);
    reached.map(|(_, most, of)| Why::Full { most, of })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_full_of_facts_or_of_judgements() {
        assert_eq!(full(MOST_FACTS - 1, MOST_JUDGEMENTS - 1), None);
        assert!(matches!(full(MOST_FACTS, 0), Some(Why::Full { of: "events and tasks", .. })));
        assert!(matches!(full(0, MOST_JUDGEMENTS), Some(Why::Full { of: "periods of alarms", .. })));
    }
}
