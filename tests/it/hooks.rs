//! Hooks as a person works on them in the page: attached, moved, removed, timed, rewritten and tried.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use cutover::engine::HookRecord;
use cutover::model::*;
use cutover::session::{Changed, HookEdit, Msg, Session, Trial};

fn opening() -> Session {
    let text = include_str!("../../static/scenarios/opening.json");
    let document = cutover::formats::recording::parse(text).expect("it is JSON");
    Session::open(&document).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn edit(session: &mut Session, edit: HookEdit) {
    assert_eq!(session.update(Msg::EditHooks(edit.clone())), Changed::Everything, "{edit:?}");
}

fn calls(session: &mut Session) -> Vec<HookRecord> {
    let _ = session.update(Msg::Seek(SimTime(u64::MAX)));
    let mut calls: Vec<HookRecord> = session.hook_calls().into_iter().cloned().collect();
    calls.reverse();
    calls
}

#[test]
fn a_ready_made_hook_is_attached_called_moved_and_removed() {
    let mut session = opening();
    let before = session.document().clone();
    let script = Some("always-fail".to_owned());
    edit(&mut session, HookEdit::Attach { script, stage: LifecycleStage::PreScaleUp });
    let hooks = session.hooks();
    assert_eq!(hooks.len(), 2);
    assert_eq!((hooks[1].name.as_str(), hooks[1].place), ("always-fail", 1));
    assert!(hooks[1].source.is_some());
    let called = calls(&mut session);
    assert_eq!((called[0].stage, called[0].status), (LifecycleStage::PreScaleUp, HookStatus::Failed));

    let stages = vec![LifecycleStage::PostScaleUp];
    edit(&mut session, HookEdit::Stages { place: 1, stages });
    assert_eq!(calls(&mut session)[0].stage, LifecycleStage::PostScaleUp);

    edit(&mut session, HookEdit::Remove { place: 1 });
    assert!(calls(&mut session).iter().all(|call| call.hook == "smoke-test"));
    for _ in 0..3 {
        let _ = session.update(Msg::Undo);
    }
    assert_eq!(*session.document(), before);
}

#[test]
fn a_pause_hook_is_offered_no_stage_that_runs_again_in_a_rollback() {
    let mut session = opening();
    edit(&mut session, HookEdit::Attach { script: None, stage: LifecycleStage::PostScaleUp });
    let hook = &session.hooks()[1];
    assert!(hook.pauses && hook.source.is_none());
    let possible: Vec<LifecycleStage> = hook.possible_stages().collect();
    assert!(!possible.contains(&LifecycleStage::ProductionTrafficShift));
    // Who asks for it all the same gets the reader's refusal, and the hook stays where it was.
    let stages = vec![LifecycleStage::ProductionTrafficShift];
    assert_eq!(session.update(Msg::EditHooks(HookEdit::Stages { place: 1, stages })), Changed::Panels);
    assert!(session.problems()[0].message.contains("takes no PAUSE hook"), "{:?}", session.problems());
    assert_eq!(session.hooks()[1].stages, [LifecycleStage::PostScaleUp]);
    edit(&mut session, HookEdit::Timeout { place: 1, minutes: 20, action: HookAction::Continue });
    let ended = calls(&mut session);
    assert_eq!(
        ended.iter().find(|call| call.request.is_null()).map(|call| call.stage),
        Some(LifecycleStage::PostScaleUp)
    );
    assert!(ended.iter().any(|call| call.status == HookStatus::TimedOut));
}

#[test]
fn a_draft_is_tried_in_this_very_run_and_nothing_of_it_is_kept() {
    let session = opening();
    let before = session.document().clone();
    match session.try_script("smoke-test", "print(\"hello\");\n#{ hookStatus: \"FAILED\" }") {
        Trial::Called(record) => {
            assert_eq!(record.status, HookStatus::Failed);
            assert_eq!(record.printed, ["hello"]);
            assert_eq!(record.stage, LifecycleStage::PostTestTrafficShift);
        }
        other => panic!("{other:?}"),
    }
    match session.try_script("smoke-test", "let x = ;") {
        Trial::Broken(problem) => assert_eq!((problem.line, problem.column), (1, 9)),
        other => panic!("{other:?}"),
    }
    assert_eq!(session.try_script("nobody", "1"), Trial::NeverCalled);
    assert_eq!(*session.document(), before);
}

#[test]
fn a_rewritten_script_is_what_the_run_calls() {
    let mut session = opening();
    let source = "#{ hookStatus: \"FAILED\" }".to_owned();
    edit(&mut session, HookEdit::Source { hook: "smoke-test".to_owned(), source: source.clone() });
    assert_eq!(session.hooks()[0].source.as_deref(), Some(source.as_str()));
    assert_eq!(calls(&mut session)[0].status, HookStatus::Failed);
    // A ready-made script of that name is another one now, and keeps a name of its own.
    let script = Some("smoke-test".to_owned());
    edit(&mut session, HookEdit::Attach { script, stage: LifecycleStage::PostScaleUp });
    assert_eq!(session.hooks()[1].name, "smoke-test-2");
}
