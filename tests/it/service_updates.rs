//! Update service: what it asks for when the strategy changes, what it starts, and what it says that it does not.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::presets;
use cutover::model::*;
use cutover::session::*;
use serde_json::{Value, json};

fn opened(preset: &str) -> Session {
    let document: Value = serde_json::from_str(presets::text(preset)).expect("it is JSON");
    Session::open(&document).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn draft(fields: &[(&'static str, &str)]) -> Draft {
    let fields = fields.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    Draft { fields, ..Draft::default() }
}

/// What a form says is wrong, field by field.
fn wrong(form: &UpdateForm) -> Vec<(&str, &str)> {
    let fields = form.fields.iter();
    fields.filter_map(|field| Some((field.name, field.wrong.as_deref()?))).collect()
}

/// Fills in whatever the form has an example of.
fn filled_in(session: &Session, mut draft: Draft) -> Draft {
    for field in session.update_form(&draft).fields {
        if field.text.is_empty() && !field.example.is_empty() {
            draft.fields.insert(field.name, field.example);
        }
    }
    draft
}

#[test]
fn a_rolling_service_is_asked_for_what_each_strategy_needs() {
    let session = opened("update-service");
    let balancer = ["alternateTargetGroupArn", "productionListenerRule", "roleArn"];
    for (strategy, needs) in [
        ("BLUE_GREEN", [&["bakeTimeInMinutes"][..], &balancer].concat()),
        ("CANARY", balancer.to_vec()),
        ("LINEAR", balancer.to_vec()),
        ("ROLLING", vec![]),
    ] {
        let form = session.update_form(&draft(&[("strategy", strategy)]));
        let names: Vec<&str> = wrong(&form).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, needs, "{strategy}");
        assert!(!form.is_ready(), "{strategy}");
        let given = filled_in(&session, draft(&[("strategy", strategy)]));
        assert_eq!(session.update_form(&given).is_ready(), strategy != "ROLLING", "{strategy}");
    }
}

/// The rolling preset as its page leaves it: at 30 s it is made a blue/green one, by the values the form proposes.
pub fn becomes_blue_green() -> Value {
    let mut session = opened("update-service");
    let _ = session.update(Msg::Seek(SimTime(30_000)));
    let given =
        filled_in(&session, draft(&[("strategy", "BLUE_GREEN"), ("taskDefinition", "retail-store-ui:42")]));
    assert_eq!(session.update(Msg::UpdateService(given)), Changed::Everything);
    session.document().clone()
}

#[test]
fn a_change_of_strategy_that_brings_a_load_balancer_deploys_by_it_and_is_taken_back() {
    let mut session = opened("update-service");
    let before = session.document().clone();
    let _ = session.update(Msg::Seek(SimTime(30_000)));
    let given =
        filled_in(&session, draft(&[("strategy", "BLUE_GREEN"), ("taskDefinition", "retail-store-ui:42")]));
    let form = session.update_form(&given);
    assert_eq!(
        form.effect,
        "Starts a deployment by BLUE_GREEN, because taskDefinition and loadBalancers are given."
    );
    assert!(
        form.call
            .starts_with("aws ecs update-service --cluster retail-store --service ui --cli-input-json '{")
    );
    assert_eq!(form.input["loadBalancers"][0]["containerName"], "ui", "what the entry held, it keeps");
    assert_eq!(session.update(Msg::UpdateService(given)), Changed::Everything);
    assert_eq!(session.notice(), Some(form.effect.as_str()));
    let deployment = &session.run().deployments[0];
    assert_eq!(deployment.status.steps()[0].0, SimTime(30_001));
    assert_eq!(deployment.configuration.strategy, Strategy::BlueGreen);
    assert_eq!(deployment.status.last(), Some(&ServiceDeploymentStatus::RollbackSuccessful), "5 % fail");
    assert_eq!(session.frame().strategy, StrategyName::BlueGreen);
    let _ = session.update(Msg::Undo);
    assert_eq!(session.document(), &before);
}

#[test]
fn hooks_are_attached_moved_given_a_role_and_removed_by_the_call() {
    let mut session = opened("update-service");
    let before = session.document().clone();
    let attach = |script: Option<&str>, stage| HookEdit::Attach { script: script.map(str::to_owned), stage };
    let role = "arn:aws:iam::123456789012:role/ecs-hooks".to_owned();
    let mut given =
        filled_in(&session, draft(&[("strategy", "BLUE_GREEN"), ("taskDefinition", "retail-store-ui:42")]));
    given.hooks = vec![
        attach(None, LifecycleStage::PreScaleUp),
        attach(Some("always-fail"), LifecycleStage::PostScaleUp),
        HookEdit::Stages { place: 1, stages: vec![LifecycleStage::PostTestTrafficShift] },
        HookEdit::Timeout { place: 1, minutes: 30, action: HookAction::Continue },
        HookEdit::Role { place: 1, role: role.clone() },
        HookEdit::Remove { place: 0 },
    ];
    let form = session.update_form(&given);
    assert_eq!(
        form.input["deploymentConfiguration"]["lifecycleHooks"],
        json!([{
            "hookTargetArn": "arn:aws:lambda:eu-central-1:123456789012:function:always-fail",
            "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"],
            "timeoutConfiguration": {"timeoutInMinutes": 30, "action": "CONTINUE"},
            "roleArn": role,
        }])
    );
    assert_eq!(form.hooks.len(), 1);
    assert_eq!((form.hooks[0].name.as_str(), form.hooks[0].minutes), ("always-fail", 30));
    assert_eq!(session.hooks(), [], "a draft changes nothing yet");
    assert_eq!(session.update(Msg::UpdateService(given)), Changed::Everything);
    let called: Vec<&str> =
        session.run().deployments[0].hooks.iter().map(|call| call.hook.as_str()).collect();
    assert_eq!(called, ["always-fail"]);
    let _ = session.update(Msg::Seek(session.run().end));
    let next = session.update_form(&Draft::default());
    assert_eq!(next.hooks.len(), 1, "the next draft starts from there");
    assert_eq!(next.effect, "Nothing is changed yet.");
    let _ = session.update(Msg::Undo);
    assert_eq!(session.document(), &before);
}

#[test]
fn what_a_hook_may_not_be_stands_among_the_problems_of_the_form() {
    let session = opened("rolling-success");
    let hooks = vec![
        HookEdit::Attach { script: Some("smoke-test".to_owned()), stage: LifecycleStage::PreScaleUp },
        HookEdit::Timeout { place: 0, minutes: 1_441, action: HookAction::Rollback },
    ];
    let form = session.update_form(&Draft { hooks, ..Draft::default() });
    assert!(!form.is_ready());
    assert!(form.problems[0].path.ends_with("lifecycleHooks[0].timeoutConfiguration.timeoutInMinutes"));
    assert_eq!(form.hooks[0].minutes, 1_441, "what was typed stays");
}

#[test]
fn what_deploys_nothing_says_so() {
    let mut session = opened("update-service");
    for (fields, effect) in [
        (&[("desiredCount", "9")][..], "Deploys nothing: changing desiredCount starts no deployment."),
        (&[("maximumPercent", "150"), ("healthCheckGracePeriodSeconds", "0")], "Nothing is changed yet."),
        (
            &[("maximumPercent", "200"), ("healthCheckGracePeriodSeconds", "60")],
            "Deploys nothing: changing healthCheckGracePeriodSeconds and deploymentConfiguration starts no deployment.",
        ),
        (
            &[("forceNewDeployment", "true")],
            "Starts a deployment by ROLLING, because forceNewDeployment is given.",
        ),
    ] {
        assert_eq!(session.update_form(&draft(fields)).effect, effect);
    }
    let _ = session.update(Msg::UpdateService(draft(&[("desiredCount", "9")])));
    assert_eq!(session.run().deployments.len(), 0);
    assert_eq!(session.notice(), Some("Deploys nothing: changing desiredCount starts no deployment."));
    let _ = session.update(Msg::Seek(SimTime(60_000)));
    let field = |name| session.update_form(&Draft::default()).fields.into_iter().find(|it| it.name == name);
    assert_eq!(
        field("desiredCount").map(|it| it.now),
        Some("9".to_owned()),
        "the next draft starts from there"
    );
}

#[test]
fn a_service_that_can_shift_already_changes_its_strategy_without_a_deployment() {
    let session = opened("rolling-success");
    let session = {
        let mut session = session;
        let _ = session.update(Msg::Seek(session.run().end));
        session
    };
    let form = session.update_form(&draft(&[("strategy", "CANARY"), ("canaryPercent", "20")]));
    assert_eq!(wrong(&form), []);
    assert_eq!(
        form.effect,
        "Deploys nothing: changing deploymentConfiguration starts no deployment. The next deployment goes by CANARY."
    );
    assert_eq!(
        form.input,
        json!({"service": "ui", "deploymentConfiguration": {"canaryConfiguration": {"canaryPercent": 20}, "strategy": "CANARY"}})
    );
    assert!(form.is_ready());
}

#[test]
fn while_a_deployment_runs_another_strategy_is_refused_and_another_revision_stops_it() {
    let mut session = opened("rolling-success");
    let _ = session.update(Msg::Seek(SimTime(60_000)));
    let form = session.update_form(&draft(&[("strategy", "CANARY")]));
    assert_eq!(
        form.refused.as_deref(),
        Some("AWS would refuse it now: the strategy cannot be changed while a deployment is under way.")
    );
    let before = session.document().clone();
    let _ = session.update(Msg::UpdateService(draft(&[("strategy", "CANARY")])));
    assert_eq!((session.notice(), session.document()), (form.refused.as_deref(), &before));
    let form = session.update_form(&draft(&[("taskDefinition", "retail-store-ui:41")]));
    assert_eq!(
        form.effect,
        "Starts a deployment by ROLLING, because taskDefinition is given. It stops the deployment of 42 that is under way."
    );
}

#[test]
fn what_is_wrong_stands_at_its_field() {
    let session = opened("update-service");
    let given = draft(&[
        ("strategy", "CANARY"),
        ("canaryPercent", "250"),
        ("desiredCount", "six"),
        ("bakeTimeInMinutes", "2.5"),
        ("alternateTargetGroupArn", "ui-2"),
        (
            "productionListenerRule",
            "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/a/b/c",
        ),
        ("roleArn", "admin"),
    ]);
    assert_eq!(
        wrong(&session.update_form(&given)),
        [
            ("desiredCount", "is no number"),
            ("bakeTimeInMinutes", "must be a whole number from 0 to 1,440; it is 2.5"),
            ("canaryPercent", "must be a number from 0.1 to 100; it is 250"),
            ("alternateTargetGroupArn", "is no ARN of a target group, as in arn:aws:…:targetgroup/…"),
            (
                "productionListenerRule",
                "names a listener; an Application Load Balancer needs the ARN of a listener rule"
            ),
            ("roleArn", "is no ARN of a role, as in arn:aws:…:role/…"),
        ]
    );
}
