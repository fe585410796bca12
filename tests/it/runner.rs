//! The command line: exit codes, and what goes to standard output and what to standard error.

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs the program with that standard input.
fn cutover(arguments: &[&str], input: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_cutover"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that does not want its input may be gone before it is written.
    let _ = program.stdin.take().expect("a pipe").write_all(input.as_bytes());
    program.wait_with_output().expect("the program ends")
}

fn preset(name: &str) -> &'static str {
    crate::presets::ALL.iter().find(|(preset, _)| *preset == name).expect("a preset").1
}

/// A service that only ROLLING can deploy.
const CLASSIC: &str = r#"{"cutover": 1, "services": [{"service": {"serviceName": "ui", "loadBalancers": [
    {"loadBalancerName": "old", "containerName": "ui", "containerPort": 80}]},
    "revisions": [{"name": "1"}, {"name": "2"}]}],
    "interventions": [{"atSeconds": 0, "deploy": {"service": "ui", "revision": "2"}}]}"#;

const OPENING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/static/scenarios/opening.json");

#[test]
fn a_result_goes_to_standard_output_and_complaints_to_standard_error() {
    let bad_json = "{\"cutover\": 1,";
    let stuck = preset("rolling-stuck");
    let canary = preset("canary-success");
    let warned = canary.replacen("\"seed\"", "\"sede\": 7, \"seed\"", 1);
    for (arguments, input, code, out, err) in [
        (&["run", "-"][..], canary, 0, "\"status\": \"SUCCESSFUL\"", ""),
        (&["run", "-", "--trace"][..], canary, 0, "PRODUCTION_TRAFFIC_SHIFT", ""),
        (&["run", "-", "--describe", "60"][..], canary, 0, "\"rolloutState\": \"IN_PROGRESS\"", ""),
        (&["run", "-", "--describe", "soon"][..], canary, 2, "", "soon"),
        (&["check", "-", "--describe", "60"][..], canary, 2, "", "--describe belongs to run"),
        (&["run", "--trace", "-"][..], canary, 0, "PRODUCTION_TRAFFIC_SHIFT", ""),
        (&["run", "-"][..], stuck, 0, "\"status\": \"IN_PROGRESS\"", ""),
        (&["run", "-"][..], preset("canary-rollback"), 0, "\"status\": \"ROLLBACK_SUCCESSFUL\"", ""),
        (&["run", "-"][..], &warned, 0, "SUCCESSFUL", "sede: unknown field, ignored (nearest: seed)\n"),
        (&["check", "-"][..], canary, 0, "can finish", ""),
        (&["check", "-"][..], stuck, 1, "cannot finish", ""),
        (&["import", "-"][..], crate::imports::ORDERS, 0, "\"cutover\": 1", ""),
        (&["export", "-", "--as", "ecs"][..], canary, 0, "\"serviceName\": \"ui\"", ""),
        (&["export", "-", "--as", "cli"][..], canary, 0, "aws ecs create-service --region", ""),
        (&["export", "-", "--as", "cloudformation"][..], canary, 0, "AWS::ECS::Service", ""),
        (
            &["export", "-", "--as", "cloudformatoin"][..],
            canary,
            2,
            "",
            "it is \"cloudformatoin\" (nearest: cloudformation)\n",
        ),
        (&["export", "-", "--as", "yaml"][..], canary, 2, "", "it is \"yaml\"\n"),
        (&["export", "-"][..], canary, 2, "", "needs --as, one of recording, ecs"),
        (&["export", "-", "--as", "diff"][..], canary, 2, "", "needs --against FILE"),
        (&["export", "-", "--as", "diff", "--against", OPENING][..], canary, 0, "- ", ""),
        (&["export", "-", "--as", "cli", "--against", OPENING][..], canary, 0, "update-service", ""),
        (&["export", "-", "--as", "cli", "--against", "no-such-file"][..], canary, 2, "", "no-such-file: "),
        (&["export", "-", "--as", "ecs", "--against", OPENING][..], canary, 2, "", "--against belongs to"),
        (&["export", "-", "--as", "svg", "--at", "60"][..], canary, 0, "<svg ", ""),
        (&["export", "-", "--as", "svg", "--at", "60", "--theme", "dark"][..], canary, 0, "#0e1116", ""),
        (
            &["export", "-", "--as", "svg", "--at", "60", "--width", "1600"][..],
            canary,
            0,
            "width=\"1600\"",
            "",
        ),
        (&["export", "-", "--as", "svg"][..], canary, 2, "", "needs --at SECONDS"),
        (
            &["export", "-", "--as", "svg", "--at", "60", "--width", "3"][..],
            canary,
            2,
            "",
            "--width: must be from 100",
        ),
        (
            &["export", "-", "--as", "filmstrip", "--at", "1,2,3,4,5,6,7,8,9,10,11,12,13"][..],
            canary,
            2,
            "",
            "--at: a filmstrip has at most 12 pictures; these are 13",
        ),
        (
            &["export", "-", "--as", "svg", "--at", "BAKE-TIME"][..],
            canary,
            2,
            "",
            "--at: \"BAKE-TIME\" is no time in seconds and no lifecycle stage (nearest: BAKE_TIME)",
        ),
        (&["export", "-", "--as", "svg", "--at", "BAKE_TIME"][..], canary, 0, "Stage BAKE_TIME", ""),
        (
            &["export", "-", "--as", "svg", "--at", "end", "--strategy", "LINEAR"][..],
            canary,
            0,
            ", linear, at",
            "",
        ),
        (
            &["export", "-", "--as", "svg", "--at", "60", "--strategy", "LINAER"][..],
            canary,
            2,
            "",
            "--strategy: there is no \"LINAER\" (nearest: LINEAR)",
        ),
        (&["export", "-", "--as", "cli", "--strategy", "LINEAR"][..], canary, 2, "", "--strategy belongs to"),
        (
            &["export", "-", "--as", "svg", "--at", "60", "--theme", "drak"][..],
            canary,
            2,
            "",
            "(nearest: dark)",
        ),
        (&["export", "-", "--as", "ecs", "--at", "60"][..], canary, 2, "", "--at belongs to"),
        (&["export", "-", "--as", "filmstrip", "--at", "30,60.5"][..], canary, 0, "Filmstrip", ""),
        (&["export", "-", "--as", "events-csv"][..], canary, 0, "seconds,service,event,", ""),
        (&["export", "-", "--as", "events-json"][..], canary, 0, "\"event\": ", ""),
        (&["export", "-", "--as", "metrics-csv"][..], canary, 0, "seconds,service,sent,", ""),
        (&["export", "-", "--as", "metrics-json"][..], canary, 0, "\"healthyTasks\": ", ""),
        (&["run", "-", "--against", OPENING][..], canary, 2, "", "--against belongs to"),
        (&["drill", "-"][..], crate::drills::FILES[0].1, 0, "\nseed 1: Nothing is wrong\n", ""),
        (
            &["drill", "-", "--seed", "2"][..],
            crate::drills::FILES[0].1,
            0,
            "2: 42 fails part of its requests",
            "",
        ),
        (&["drill", "-"][..], canary, 2, "", "drill: is missing: the version of the format, 1"),
        (&["run", "-", "--seed", "2"][..], canary, 2, "", "--seed belongs to drill, not to run"),
        (&["run", "-"][..], bad_json, 2, "", "line 1, column 14: not JSON"),
        (&["check", "-"][..], bad_json, 2, "", "not JSON"),
        (&["import", "-"][..], "{}", 2, "", "describe-services"),
        (&["run", "-"][..], crate::imports::ORDERS, 2, "", "cutover: is missing"),
        (&["run", "there-is-no-such-file"][..], "", 2, "", "there-is-no-such-file: "),
        (&["run"][..], "", 2, "", "run needs a FILE"),
        (&["run", "-", "-"][..], "", 2, "", "unexpected argument"),
        (&["check", "-", "--trace"][..], "", 2, "", "--trace belongs to run"),
        (&["race", "-"][..], canary, 0, "\"lane\": \"Blue/green\"", ""),
        (&["race"][..], "", 2, "", "race needs a FILE"),
        (
            &["notices", "-"][..],
            CLASSIC,
            0,
            "\"strategy\": \"ROLLING\"",
            "not by LINEAR: services[0].service.loadBalancers[0].loadBalancerName: a Classic Load Balancer has",
        ),
        (&["race", "-", "-", "-", "-", "-"][..], "", 2, "", "at most four FILEs"),
        (
            &["race", "-", "--release", "evil"][..],
            canary,
            2,
            "",
            "there is no \"evil\"; there are recorded, good",
        ),
        (&["race", "-", "--seeds", "3"][..], canary, 2, "", "--seeds does not belong to race"),
        (&["race", "-", "--fast", "3"][..], canary, 2, "", "invalid option '--fast'"),
        (&["race", "-"][..], bad_json, 2, "", "not JSON"),
        (
            &["notices", "-", "--workers", "0"][..],
            canary,
            2,
            "",
            "--workers: 0 does not lie between 1 and 1024",
        ),
        (&["sweep", "-"][..], canary, 2, "", "sweep needs --x"),
        (
            &["sweep", "-", "--x", "canaryPercant=1..5", "--y", "errorPercent"][..],
            canary,
            2,
            "",
            "--x: canaryPercant is no parameter of this service by CANARY (nearest: canaryPercent)\n",
        ),
        (
            &["sweep", "-", "--x", "canaryPercent=5..1", "--y", "errorPercent"][..],
            canary,
            2,
            "",
            "--x: canaryPercent: a range goes from a smaller number to a larger one\n",
        ),
        (
            &["sweep", "-", "--x", "canaryPercent=1..9", "--y", "errorPercent=1..9", "--cells", "2"][..],
            canary,
            0,
            "\"influence\"",
            "",
        ),
        (&["advise", "-", "--limit", "speed=3"][..], canary, 2, "", "there is no \"speed\""),
        (&["advise", "-", "--limit", "faild=3"][..], canary, 2, "", "extra, rollback (nearest: failed)"),
        (&["advise", "-", "--mix", "god=3"][..], canary, 2, "", "slowLeak (nearest: good)"),
        (
            &["sweep", "-", "--x", "a", "--y", "b", "--figure", "failedReqests"][..],
            canary,
            2,
            "",
            "(nearest: failedRequests)",
        ),
        (
            &["sweep", "-", "--x", "a", "--y", "b", "--stratgy", "CANARY"][..],
            canary,
            2,
            "",
            "invalid option '--stratgy' (nearest: --strategy)",
        ),
        (&["race", "-", "--release", "eror"][..], canary, 2, "", "(nearest: errors)"),
        (&["rase", "-"][..], canary, 2, "", "(nearest: race)"),
        (&["advise", "-", "--mix", "good=90,evil=10"][..], canary, 2, "", "--mix: there is no \"evil\""),
        (
            &["advise", "-", "--mix", "good=90,good=10"][..],
            canary,
            2,
            "",
            "--mix: \"good\" stands there twice",
        ),
        (&["advise", "-", "--seeds", "2", "--pick", "1"][..], canary, 0, "\"cutover\": 1", ""),
        (&["advise", "-", "--seeds", "2", "--pick", "99"][..], canary, 2, "", "--pick: there are "),
        (&["fly", "-"][..], "", 2, "", "there is no command \"fly\""),
        (&["run", "-", "--fast"][..], "", 2, "", "invalid option '--fast'"),
        (&[][..], "", 2, "", "no command is given"),
        (&["--help"][..], "", 0, "Exit codes", ""),
        (&["--version"][..], "", 0, "cutover ", ""),
    ] {
        let output = cutover(arguments, input);
        let (stdout, stderr) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
        assert!(stdout.contains(out), "{arguments:?} printed {stdout}");
        assert!(stderr.contains(err), "{arguments:?} complained {stderr:?}");
        assert_eq!(stdout.is_empty(), out.is_empty(), "{arguments:?} printed {stdout}");
        assert_eq!(stderr.is_empty(), err.is_empty(), "{arguments:?} complained {stderr}");
    }
}

#[test]
fn the_summary_is_one_json_object_with_every_name() {
    let output = cutover(&["run", "-"], preset("opening"));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON value");
    let names = |value: &serde_json::Value| {
        value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        names(&summary),
        "status statusReason durationSeconds deployments services requests testRequests usersExposed usersHurt assumptions"
    );
    assert_eq!(
        names(&summary["deployments"][0]),
        "service strategy status startSeconds endSeconds rollbackReason stages shifts hooks circuitBreaker detectedBy \
         secondsToDetect secondsToRollBack"
    );
    assert_eq!(names(&summary["deployments"][0]["stages"][0]), "stage startSeconds endSeconds");
    assert_eq!(names(&summary["deployments"][0]["shifts"][0]), "atSeconds rule sourceWeight targetWeight");
    assert_eq!(names(&summary["deployments"][0]["hooks"][0]), "atSeconds stage hook hookStatus");
    assert_eq!(names(&summary["deployments"][0]["circuitBreaker"]), "status failureCount threshold");
    assert_eq!(names(&summary["services"][0]), "service decisions peakTasks lowestHealthyTasks taskSeconds");
    assert_eq!(names(&summary["requests"]), "sent answered failed byRevision");
    assert_eq!(names(&summary["requests"]["byRevision"][0]), "revision sent failed");
    let decided = cutover(&["run", "-"], preset("rolling-success"));
    let summary: serde_json::Value = serde_json::from_slice(&decided.stdout).expect("one JSON value");
    assert_eq!(names(&summary["services"][0]["decisions"][0]), "atSeconds stop start lowerBound upperBound");
    assert_eq!(summary["deployments"][0]["shifts"], serde_json::json!([]));
}

#[test]
fn evidence_does_not_depend_on_the_number_of_workers() {
    let opening = preset("opening");
    for question in [
        &["race", "-"][..],
        &["notices", "-"][..],
        &["sweep", "-", "--x", "canaryPercent=1..50", "--y", "canaryBakeTimeInMinutes=1..9", "--cells", "3"]
            [..],
        &["advise", "-", "--seeds", "2", "--mix", "good=9,errors=1"][..],
    ] {
        let by = |workers: &str| cutover(&[question, &["--workers", workers]].concat(), opening);
        let (alone, three) = (by("1"), by("3"));
        assert_eq!(alone.status.code(), Some(0), "{question:?}: {}", String::from_utf8_lossy(&alone.stderr));
        assert_eq!(
            String::from_utf8_lossy(&alone.stderr),
            "",
            "{question:?} tells no progress where nobody looks"
        );
        assert_eq!(alone.stdout, three.stdout, "{question:?}");
        assert!(serde_json::from_slice::<serde_json::Value>(&alone.stdout).is_ok(), "{question:?}");
    }
}

#[test]
fn a_reader_who_closes_the_pipe_is_no_error() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_cutover"))
        .args(["run", "-", "--trace"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(program.stdout.take());
    let _ = program.stdin.take().expect("a pipe").write_all(preset("approval").as_bytes());
    let output = program.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
