//! Where ECS documents nothing, or its documents disagree: every question, and what this program reads into it.
//!
//! The one table of such choices. Rows 1 to 26 are the open questions about ECS itself; those after them are about
//! what a simulation needs and nobody publishes. A comment that says `(h15)` means row 15.

use std::fmt;

/// A choice of ours: a row of the table, by its number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reading(u8);

/// What a row says.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// What nobody documents.
    pub question: &'static str,
    /// What there is to go by.
    pub evidence: &'static str,
    /// What we take it to be.
    pub choice: &'static str,
    /// Where it shows.
    pub shown: Shown,
}

/// Where a reading shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// On the events and waits of a run that follow from it.
    InRuns,
    /// Never on an event or a wait, and why not.
    Elsewhere(&'static str),
}

/// The readings that can be switched: the recording's `readings`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readings {
    /// `stoppingCountsTowardMaximum` ([`Reading::STOPPING_COUNTS`]): whether a stopping task holds its place under
    /// maximumPercent, and where few tasks fit, until it is STOPPED.
    pub stopping_counts_toward_maximum: bool,
}

impl Default for Readings {
    fn default() -> Self {
        Readings { stopping_counts_toward_maximum: true }
    }
}

/// Gives every row its number and its name.
macro_rules! readings {
    ($($number:literal $name:ident: $question:literal, $evidence:literal, $choice:literal, $shown:expr;)+) => {
        impl Reading {
            $(#[doc = $question] pub const $name: Reading = Reading($number);)+

            /// All of them, in order of their numbers.
            pub const ALL: &'static [Reading] = &[$(Reading::$name,)+];
        }

        const TABLE: &[Row] = &[
            $(Row { question: $question, evidence: $evidence, choice: $choice, shown: $shown },)+
        ];
    };
}

readings! {
    1 STOP_THEN_START: "In which order does a rolling pass stop and start tasks, where it may do both?",
        "Only the worked examples of \"Best practices for Amazon ECS service parameters\".",
        "First it stops, then it starts, in one pass.", Shown::InRuns;
    2 STOPPING_COUNTS: "Does a stopping task count toward maximumPercent?",
        "\"Service definition parameters\" says yes, the API reference speaks of RUNNING and PENDING only.",
        "Yes, until it is STOPPED; `stoppingCountsTowardMaximum` switches it off.", Shown::InRuns;
    3 WEIGHTS_BEFORE_HOOKS: "Are the weights changed before or after the hooks of TEST_ and PRODUCTION_TRAFFIC_SHIFT?",
        "The hook's event shows the new weights.",
        "The weights change first, then the hooks run.", Shown::InRuns;
    4 STEP_BAKE_LAST: "Where does the step bake stand among the hooks?",
        "\"Wait between steps\" is all that is said.",
        "PRE_PRODUCTION hooks, shift, PRODUCTION hooks, step bake.", Shown::InRuns;
    5 STAGE_OF_STEP_BAKE: "Which stage does a deployment report during a step bake?",
        "One sentence gives each production step 24 hours.",
        "PRODUCTION_TRAFFIC_SHIFT.", Shown::InRuns;
    6 NETWORK_DELAY_BACK: "Does a Network Load Balancer add its ten minutes to a rollback too?",
        "Not stated.",
        "Yes, to each shift on the way back.", Shown::InRuns;
    7 NO_TEST_RULE: "What does TEST_TRAFFIC_SHIFT do without a test listener rule or test header?",
        "Both are optional.",
        "The stage is passed at once, and its hooks get empty weights.", Shown::InRuns;
    8 HOOK_FAILS_BACK: "What becomes of a hook that fails or times out during a rollback?",
        "Not stated.",
        "It is written down, and the rollback goes on.", Shown::InRuns;
    9 NO_CANDIDATE: "How does a failing deployment end that has no earlier successful revision to go back to?",
        "Only a message is known.",
        "ROLLBACK_FAILED: its tasks are stopped and the service is left without any.", Shown::InRuns;
    10 NO_BAKE_TIME: "How long do LINEAR and CANARY bake where bakeTimeInMinutes is not given, and at most?",
        "Two documents contradict each other on the greatest value; none gives a default.",
        "Not at all; 1,440 minutes are the most.", Shown::InRuns;
    11 ROLLING_BAKE: "How long does a rolling deployment watch its alarms before it ends?",
        "\"Under 5 minutes\", worked out from the alarms.",
        "4 minutes; bakeTimeInMinutes sets another length.", Shown::InRuns;
    12 ALARMS_WATCHED: "From when on are alarms watched when traffic is shifted?",
        "\"Throughout the shift and the bake time.\"",
        "From SCALE_UP to the end of BAKE_TIME.", Shown::InRuns;
    13 FULL_FLEET_AT_ONCE: "Do minimumHealthyPercent and maximumPercent limit the target's fleet in SCALE_UP?",
        "The examples always have 100 and 200, where it makes no difference.",
        "No: all of desiredCount start at once.", Shown::InRuns;
    14 BREAKER_WHEN_SHIFTING: "Does the circuit breaker watch deployments that shift traffic?",
        "The API reference says rolling only; the guide lists blue/green, and rollbacks by it have been seen there.",
        "Yes, under all four strategies.", Shown::InRuns;
    15 BACK_OFF: "How do the gaps between launches grow after failed ones?",
        "Only the longest gap, 27 minutes, is published.",
        "0, 10, 20, 40, 80, 160, 320, 640, 1,280, 1,620 seconds.", Shown::InRuns;
    16 ROLLING_HOOKS: "Which stages of a rolling deployment take hooks?",
        "An article shows PRE_SCALE_UP.",
        "PRE_SCALE_UP, for Lambda and PAUSE hooks.", Shown::InRuns;
    17 CANARY_OF_ALL: "What does a canaryPercent of 100 do?",
        "It is a legal value.",
        "One shift of all users, without a canary bake.", Shown::InRuns;
    18 FIRST_GROUP: "Which target group does the very first revision register in?",
        "The guide says the primary one; two reports saw the alternate one.",
        "The primary one, which has all the weight already, so that nothing is split; the two swap roles from then on.", Shown::InRuns;
    19 SCALED_WHILE_SHIFTING: "What does another desiredCount do to a deployment that shifts traffic?",
        "Not stated.",
        "Both revisions follow it.", Shown::InRuns;
    20 NO_WAY_BACK: "Can a person roll back in CLEAN_UP?",
        "Not stated.",
        "No, once tasks of the source have begun to stop; nor does the limit of 24 hours end that stage.", Shown::InRuns;
    21 STOP_MEANS_ROLLBACK: "What does StopServiceDeployment do without a stopType, and what does ABORT do?",
        "Both words are in the API, ABORT without a description.",
        "Without one it is ROLLBACK; ABORT is not offered.", Shown::InRuns;
    22 CALL_BACK_DELAY: "What may callBackDelay be?",
        "Only the default of 30 seconds is published.",
        "1 to 3,600 seconds.",
        Shown::Elsewhere("it bounds what a script may answer, and the answer that breaks it says so itself");
    23 STOP_TASK: "Does StopTask wait for the target to drain?",
        "An open request of users says no.",
        "No: the stop signal is sent at once. The scheduler's own stops do wait.", Shown::InRuns;
    24 SERVICE_CONNECT_RAMP: "How fast does Service Connect follow changed weights?",
        "\"Gradually.\"",
        "Evenly over `propagationSeconds`, 5 seconds where none is given.", Shown::InRuns;
    25 PAUSE_AT_RECONCILE: "May a PAUSE hook stand at RECONCILE_SERVICE?",
        "Two documents say yes, the list in a third one leaves it out.",
        "Yes.", Shown::InRuns;
    26 STOPPED_IS_MIXED: "What becomes of the new tasks of a rolling deployment that fails without a rollback?",
        "\"No new tasks\" is all that is said.",
        "Both revisions stay, and the deployment is STOPPED.", Shown::InRuns;
    27 PROPAGATION: "How fast does a changed listener rule reach all users?",
        "Not published.",
        "Evenly over `propagationSeconds`, 5 seconds where none is given; no task drains before that.", Shown::InRuns;
    28 DENIED_RETRY: "What does ECS do where the way back may not change the listener?",
        "Not published.",
        "It tries again every 30 seconds.", Shown::InRuns;
    29 NETWORKING_FOUND: "When does ECS find that listeners and target groups are not as they must be?",
        "The guide lists what is wrong and that the deployment rolls back, not when it looks.",
        "At the start, before each shift of production traffic, before the source is removed, and when a target is \
         unused because no rule refers to its group.", Shown::InRuns;
    30 REBALANCES_ONE_BY_ONE: "How many tasks does a rebalancing of Availability Zones move at once, and how soon?",
        "It begins after a steady state, starts the new task first, and obeys maximumPercent.",
        "One, as soon as the state is steady.", Shown::InRuns;
    31 UNBOUNDED_PERCENT: "How is an UNBOUNDED_PERCENT of desiredCount rounded, and can it be no task at all?",
        "The bounded one is rounded up; of this one only the missing bounds are told.",
        "Up, so that it is one task at least.", Shown::InRuns;
    32 PRE_PRODUCTION_IS_A_STAGE: "Does a deployment report PRE_PRODUCTION_TRAFFIC_SHIFT as its stage?",
        "The guide and the hooks' events name it; the list of stages in the API's answers leaves it out.",
        "Yes.", Shown::InRuns;
    33 QUEUE_LIMIT: "How long does a request wait for a busy task?",
        "That is the software's affair.",
        "10 seconds, then it fails.",
        Shown::Elsewhere("it is no rule of ECS: the requests that wait too long are in the figures");
    34 CONSOLIDATED_ON: "Onto which revision does RECONCILE_SERVICE bring the traffic?",
        "\"Onto one\" is all that is said.",
        "The one that the last successful deployment brought, where a rollback would lead too.", Shown::InRuns;
    35 ROLLBACK_TAKEN_OVER: "How does a rollback end that a newer deployment takes over?",
        "A deployment that goes forward is STOPPED; from ROLLBACK_IN_PROGRESS the table of statuses leads to \
         ROLLBACK_SUCCESSFUL and ROLLBACK_FAILED only.",
        "ROLLBACK_FAILED.", Shown::InRuns;
    36 DIGEST_ATTEMPTS: "What is an attempt to resolve an image's digest, three of which fail a deployment with a circuit breaker?",
        "The guide says that the first task of a deployment finds the digest, and nothing of tasks that start together.",
        "A launch, however many tasks it has; under all four strategies, where the task definition names an image by its \
         tag. The tasks count for the breaker besides, which most often trips first.", Shown::InRuns;
    37 LIMIT_SPARES_BAKES: "Does the 24 h limit of a stage end a bake that hooks or a Network Load Balancer have made begin late?",
        "Each stage may last 24 h, and so may a step bake by itself, which stands in a stage with both.",
        "No: a bake is as long as it is configured.",
        Shown::Elsewhere("nothing happens then: the deployment goes on");
}

impl Reading {
    /// Its number in the table, from 1.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// What the table says.
    pub const fn row(self) -> &'static Row {
        &TABLE[self.0 as usize - 1]
    }
}

/// Writes `our reading 15`.
impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "our reading {}", self.0)
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reading({}: {})", self.0, self.row().question)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_the_number_of_its_place_and_says_something() {
        for (place, reading) in Reading::ALL.iter().enumerate() {
            assert_eq!(usize::from(reading.number()), place + 1);
            let Row { question, evidence, choice, .. } = reading.row();
            assert!(question.ends_with('?'), "{question}");
            assert!(!evidence.is_empty() && choice.ends_with('.'), "{choice}");
        }
    }
}
