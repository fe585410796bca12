//! The words of the API in two lines each, with the title of the document that defines them.

/// A word of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// As the API spells it.
    pub word: &'static str,
    /// What it means, in two lines at most.
    pub meaning: &'static str,
    /// The title of the document that says so.
    pub source: &'static str,
}

const fn term(word: &'static str, meaning: &'static str, source: &'static str) -> Term {
    Term { word, meaning, source }
}

const WORKFLOW: &str = "Amazon ECS blue/green service deployments workflow";
const HISTORY: &str = "View service history using Amazon ECS service deployments";
const TASKS: &str = "Amazon ECS task lifecycle";
const TARGETS: &str = "Elastic Load Balancing API: TargetHealth";
const HOOKS: &str = "Lifecycle hooks for Amazon ECS service deployments";
const LAMBDA: &str = "Lambda hooks for Amazon ECS service deployments";
const PAUSE: &str = "Pause hooks for Amazon ECS service deployments";
const ROLLING: &str = "Deploy Amazon ECS services by replacing tasks";
const API: &str = "Amazon ECS API: DeploymentConfiguration";

/// Every word that is explained.
pub const TERMS: &[Term] = &[
    term(
        "ROLLING",
        "Replaces the tasks of one revision by those of another, within a floor and a ceiling.",
        ROLLING,
    ),
    term("BLUE_GREEN", "Starts the new revision beside the old one and moves all traffic at once.", WORKFLOW),
    term(
        "CANARY",
        "Moves a small part of the traffic, waits, and moves the rest: two steps.",
        "Amazon ECS canary deployments",
    ),
    term(
        "LINEAR",
        "Moves the traffic in equal steps, with a wait after each but the last.",
        "Amazon ECS linear deployments",
    ),
    term(
        "RECONCILE_SERVICE",
        "Brings traffic onto one revision, where more than one was active at the start.",
        WORKFLOW,
    ),
    term("PRE_SCALE_UP", "Before any new task starts. Only hooks run here.", WORKFLOW),
    term(
        "SCALE_UP",
        "Starts as many tasks of the new revision as the service wants; nobody meets them yet.",
        WORKFLOW,
    ),
    term(
        "POST_SCALE_UP",
        "All new tasks are healthy and still without traffic. Only hooks run here.",
        WORKFLOW,
    ),
    term(
        "TEST_TRAFFIC_SHIFT",
        "The test listener goes to the new revision. Entered again in a rollback.",
        WORKFLOW,
    ),
    term(
        "POST_TEST_TRAFFIC_SHIFT",
        "Test traffic is on the new revision: the place for checks. Only hooks run here.",
        WORKFLOW,
    ),
    term(
        "PRE_PRODUCTION_TRAFFIC_SHIFT",
        "Before users meet the new revision; LINEAR and CANARY come here before every step.",
        HOOKS,
    ),
    term(
        "PRODUCTION_TRAFFIC_SHIFT",
        "The production listener moves to the new revision. Entered again in a rollback.",
        WORKFLOW,
    ),
    term(
        "POST_PRODUCTION_TRAFFIC_SHIFT",
        "All users are on the new revision. Only hooks run here, once.",
        WORKFLOW,
    ),
    term(
        "BAKE_TIME",
        "Both revisions run and the old one is kept, so that the way back is one change of weights.",
        WORKFLOW,
    ),
    term("CLEAN_UP", "The revision that is not needed any more is scaled to zero tasks.", WORKFLOW),
    term("PENDING", "Asked for and not begun. Of a task: it waits for a place and for its agent.", HISTORY),
    term(
        "IN_PROGRESS",
        "Under way. A deployment that waits for a person has this status too. Of a hook: ask again later.",
        HISTORY,
    ),
    term("STOP_REQUESTED", "A newer deployment begins, or a failure was found and rollback is off.", HISTORY),
    term("STOPPED", "Ended before it was done. Of a task: it is gone.", HISTORY),
    term("SUCCESSFUL", "All stages are done.", HISTORY),
    term("ROLLBACK_REQUESTED", "A person called StopServiceDeployment.", HISTORY),
    term(
        "ROLLBACK_IN_PROGRESS",
        "Traffic goes back to the last revision that was deployed successfully.",
        HISTORY,
    ),
    term("ROLLBACK_SUCCESSFUL", "The service is back on the revision it came from.", HISTORY),
    term("ROLLBACK_FAILED", "There was no way back, or it failed.", HISTORY),
    term("PROVISIONING", "A task's network interface and place are being made.", TASKS),
    term("ACTIVATING", "A task's image is pulled, its containers start and its target registers.", TASKS),
    term("RUNNING", "A task's containers run; that alone does not make its target healthy.", TASKS),
    term("DEACTIVATING", "A task's target is deregistered and drains.", TASKS),
    term("STOPPING", "A task's containers got the stop signal; after stopTimeout they are killed.", TASKS),
    term("DEPROVISIONING", "A task's network interface is released.", TASKS),
    term(
        "initial",
        "A target is registering, or waits for its first health check; one passing check is enough.",
        TARGETS,
    ),
    term("healthy", "A target passes its health checks and gets requests.", TARGETS),
    term("unhealthy", "A target failed UnhealthyThresholdCount checks in a row.", TARGETS),
    term(
        "draining",
        "A target gets no new requests, and stays for the whole deregistration delay, even when idle.",
        TARGETS,
    ),
    term(
        "AWAITING_ACTION",
        "A PAUSE hook waits for ContinueServiceDeployment; the deployment stays IN_PROGRESS.",
        PAUSE,
    ),
    term("SUCCEEDED", "A hook lets its stage go on.", LAMBDA),
    term("FAILED", "A hook, or an answer that is none, rolls the deployment back.", LAMBDA),
    term("TIMED_OUT", "A hook gave no final answer in time; its timeoutConfiguration.action decides.", PAUSE),
    term("PAUSE", "A hook that calls nothing and waits for a person.", PAUSE),
    term("ROLLBACK", "The deployment goes back to the revision it came from.", PAUSE),
    term("CONTINUE", "The hook succeeds and its stage goes on.", PAUSE),
    term(
        "UpdateService",
        "The call that changes a service. Only some of its fields start a deployment.",
        "Amazon ECS API: UpdateService",
    ),
    term(
        "StopServiceDeployment",
        "The call that rolls a running deployment back, whether or not rollback was configured.",
        "Stopping Amazon ECS service deployments",
    ),
    term(
        "ContinueServiceDeployment",
        "The call that answers a PAUSE hook: on, or back.",
        "Continuing Amazon ECS service deployments",
    ),
    term("minimumHealthyPercent", "The least share of desiredCount that stays healthy, rounded up.", API),
    term("maximumPercent", "The largest share of desiredCount that may exist at once, rounded down.", API),
    term(
        "deregistration_delay",
        "How long a target drains before its task is stopped.",
        "Edit target group attributes for your Application Load Balancer",
    ),
];

/// The word's entry, if it is explained.
pub fn term_of(word: &str) -> Option<&'static Term> {
    TERMS.iter().find(|term| term.word == word)
}

/// A text cut into words that are explained and what stands between them. Only words that the API spells in capitals
/// or as one name are marked: `healthy` is a word of everybody's.
pub fn marked(text: &str) -> Vec<(&str, Option<&'static Term>)> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut parts = Vec::new();
    let mut plain = 0;
    let mut from = 0;
    while from < text.len() {
        let rest = &text[from..];
        let length = rest.find(|letter: char| !is_part(letter)).unwrap_or(rest.len());
        let word = &rest[..length];
        if let Some(term) =
            term_of(word).filter(|_| word.contains(|letter: char| letter.is_ascii_uppercase()))
        {
            if plain < from {
                parts.push((&text[plain..from], None));
            }
            parts.push((word, Some(term)));
            plain = from + length;
        }
        from += length + rest[length..].chars().next().map_or(0, char::len_utf8);
    }
    if plain < text.len() {
        parts.push((&text[plain..], None));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::*;

    #[test]
    fn every_stage_and_status_is_explained_once_and_in_two_lines() {
        let words = LifecycleStage::ALL.iter().map(|stage| stage.api_name());
        let words = words.chain(ServiceDeploymentStatus::ALL.iter().map(|status| status.api_name()));
        let words = words.chain(StrategyName::ALL.iter().map(|strategy| strategy.api_name()));
        for word in words.chain(HookStatus::ALL.iter().map(|status| status.api_name())) {
            assert_eq!(TERMS.iter().filter(|term| term.word == word).count(), 1, "{word}");
        }
        for term in TERMS {
            assert!(term.meaning.len() <= 100 && term.meaning.ends_with('.'), "{}", term.word);
            assert!(!term.source.is_empty(), "{}", term.word);
        }
    }

    #[test]
    fn a_text_is_cut_at_its_words_and_loses_nothing() {
        let text = "BAKE_TIME – all healthy, PAUSE hook × IN_PROGRESS";
        let parts = marked(text);
        assert_eq!(parts.iter().map(|(part, _)| *part).collect::<String>(), text);
        let words: Vec<&str> = parts.iter().filter_map(|(_, term)| term.map(|term| term.word)).collect();
        assert_eq!(words, ["BAKE_TIME", "PAUSE", "IN_PROGRESS"]);
    }
}
