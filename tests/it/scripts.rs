//! Hook scripts: the contract of an answer, every limit broken by a script, and guests that mean harm.
//!
//! A table each, and one driver; the same tables hold natively and in WebAssembly.

use cutover::engine::{HookAnswer, HookHost, HookMetric, HookRunner, Invocation, Measured};
use cutover::model::{HookStatus, SimTime, Span};
use cutover::script::{
    MAX_OPERATIONS, MAX_PRINTED_LINES, MAX_SOURCE, MAX_TEXT, READY_MADE, ScriptRunner, Scripts, ready_made,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A simulated AWS that answers from a list.
pub struct FakeHost {
    pub approval: &'static str,
    pub error_percent: Option<f64>,
    pub probes: Vec<bool>,
    pub seconds: u64,
    pub asked: Vec<String>,
    pub notified: Vec<String>,
}

impl Default for FakeHost {
    fn default() -> Self {
        let (asked, notified) = (Vec::new(), Vec::new());
        FakeHost { approval: "none", error_percent: None, probes: Vec::new(), seconds: 0, asked, notified }
    }
}

impl HookHost for FakeHost {
    fn approval(&self) -> &'static str {
        self.approval
    }
    fn request_approval(&mut self, text: &str) {
        if self.approval == "none" {
            self.approval = "pending";
            self.asked.push(text.to_string());
        }
    }
    fn notify(&mut self, text: &str) {
        self.notified.push(text.to_string());
    }
    fn metric(&self, metric: HookMetric, seconds: u64) -> Measured {
        let named = HookMetric::named("errorPercent") == Some(metric);
        Measured { value: self.error_percent.filter(|_| named && seconds > 0), batches: seconds }
    }
    fn alarm(&self, name: &str) -> Option<&'static str> {
        (name == "ui-5xx").then_some("OK")
    }
    fn probe(&mut self) -> bool {
        self.probes.pop().unwrap_or(true)
    }
    fn now(&self) -> SimTime {
        SimTime::from_secs(self.seconds)
    }
}

/// The event of a Lambda hook.
pub fn event(details: Value) -> Value {
    json!({
        "executionId": "e-1",
        "lifecycleStage": "POST_TEST_TRAFFIC_SHIFT",
        "resourceArn": "arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/ui/abcdefghijklmnopqrstu",
        "executionDetails": {
            "serviceArn": "arn:aws:ecs:eu-west-1:123456789012:service/shop/ui",
            "targetServiceRevisionArn": "arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/ui/42",
            "testTrafficWeights": {}, "productionTrafficWeights": {}
        },
        "hookDetails": details
    })
}

fn runner(source: &str) -> ScriptRunner {
    Scripts::compile(&BTreeMap::from([("hook".to_string(), source.to_string())])).runner()
}

fn call(source: &str) -> Invocation {
    call_with(source, Value::Null, &mut FakeHost::default())
}

fn call_with(source: &str, details: Value, host: &mut FakeHost) -> Invocation {
    runner(source).invoke("hook", &event(details), host)
}

/// The script gives no answer, for a reason in which all the words occur.
fn check_fails(source: &str, words: &[&str]) {
    let invocation = call(source);
    let shown: String = source.chars().take(80).collect();
    let reason = match invocation.answer {
        Err(reason) => reason,
        Ok(answer) => panic!("{shown}\n answered {answer:?}"),
    };
    assert!(reason.starts_with("the response could not be parsed: "), "{shown}\n {reason}");
    for word in words {
        assert!(reason.contains(word), "{shown}\n gave {reason:?} without {word:?}");
    }
    assert!(
        reason.chars().count() < MAX_TEXT + 100,
        "{shown}\n gave a reason of {} characters",
        reason.len()
    );
    assert!(invocation.duration <= Span(MAX_OPERATIONS));
}

#[test]
fn a_long_look_back_costs_what_is_looked_through() {
    let takes = |seconds: u64| {
        let source = format!(r#"metric("latencyMillis", {seconds}); #{{ hookStatus: "SUCCEEDED" }}"#);
        call(&source).duration
    };
    assert_eq!(takes(256), takes(1), "a short one costs nothing more");
    assert_eq!(takes(1_856), takes(256) + Span(100), "an operation for each 16 batches beyond 256");
    check_fails(
        r#"let i = 0; while i < 10_000 { metric("latencyMillis", 2592000); i += 1; } #{ hookStatus: "SUCCEEDED" }"#,
        &["it ran for 900000 operations"],
    );
}

#[test]
fn the_last_value_is_the_answer() {
    let answer =
        |status, seconds, details| HookAnswer { status, call_back_delay: Span::from_secs(seconds), details };
    for (source, expected) in [
        (r#"#{ hookStatus: "SUCCEEDED" }"#, answer(HookStatus::Succeeded, 30, Value::Null)),
        (r#"return #{ hookStatus: "FAILED" }; 1"#, answer(HookStatus::Failed, 30, Value::Null)),
        (r#"#{ hookStatus: "IN_PROGRESS" }"#, answer(HookStatus::InProgress, 30, Value::Null)),
        (
            r#"#{ hookStatus: "IN_PROGRESS", callBackDelay: 1 }"#,
            answer(HookStatus::InProgress, 1, Value::Null),
        ),
        (
            r#"#{ hookStatus: "IN_PROGRESS", callBackDelay: 3600 }"#,
            answer(HookStatus::InProgress, 3600, Value::Null),
        ),
        (
            r#"#{ hookStatus: "IN_PROGRESS", hookDetails: #{ a: [1, 2.5, true, "x", ()], z: #{} } }"#,
            answer(HookStatus::InProgress, 30, json!({"a": [1, 2.5, true, "x", null], "z": {}})),
        ),
        (
            r#"#{ hookStatus: "SUCCEEDED", hookDetails: 7, callBackDelay: -1 }"#,
            answer(HookStatus::Succeeded, 30, Value::Null),
        ),
        (
            r#"if event.lifecycleStage == "POST_TEST_TRAFFIC_SHIFT" { #{ hookStatus: "FAILED" } }"#,
            answer(HookStatus::Failed, 30, Value::Null),
        ),
    ] {
        assert_eq!(call(source).answer, Ok(expected), "{source}");
    }
}

#[test]
fn anything_else_is_no_answer() {
    for (source, words) in [
        ("", "answered nothing"),
        ("()", "answered nothing"),
        ("42", "a number, not an object"),
        (r#""SUCCEEDED""#, "a text, not an object"),
        ("[1]", "a list, not an object"),
        ("|x| x", "a function, not an object"),
        ("#{}", "no hookStatus"),
        (r#"#{ hookstatus: "SUCCEEDED" }"#, "no hookStatus"),
        (r#"#{ hookStatus: "succeeded" }"#, r#"hookStatus "succeeded" is not"#),
        (r#"#{ hookStatus: "TIMED_OUT" }"#, r#"hookStatus "TIMED_OUT" is not"#),
        ("#{ hookStatus: () }", "hookStatus null is not"),
        ("#{ hookStatus: 1 }", "hookStatus 1 is not"),
        (r#"#{ hookStatus: "IN_PROGRESS", callBackDelay: 0 }"#, "callBackDelay 0 is not"),
        (r#"#{ hookStatus: "IN_PROGRESS", callBackDelay: 3601 }"#, "callBackDelay 3601 is not"),
        (r#"#{ hookStatus: "IN_PROGRESS", callBackDelay: 30.0 }"#, "callBackDelay 30.0 is not"),
        (r#"#{ hookStatus: "IN_PROGRESS", callBackDelay: "30" }"#, r#"callBackDelay "30" is not"#),
        (r#"#{ hookStatus: "IN_PROGRESS", hookDetails: [1] }"#, "hookDetails is a list"),
        (
            r#"#{ hookStatus: "IN_PROGRESS", hookDetails: #{ a: 0.0 / 0.0 } }"#,
            "hookDetails holds the number NaN",
        ),
        (r#"#{ hookStatus: "IN_PROGRESS", hookDetails: #{ a: |x| x } }"#, "hookDetails holds a function"),
        (
            r#"let x = #{}; for i in 0..40 { x = #{ x: x }; } #{ hookStatus: "IN_PROGRESS", hookDetails: x }"#,
            "Nesting of values",
        ),
    ] {
        check_fails(source, &[words]);
    }
}

#[test]
fn a_script_that_stops_says_where() {
    for (source, words) in [
        ("let x = 1;\n  throw \"no\";", ["line 2, column 3", "no"]),
        ("throw;", ["line 1, column 1", "it threw an error"]),
        ("throw #{ code: 7 };", ["line 1, column 1", "{\"code\":7}"]),
        ("fn f() {\n 1 / 0\n}\nf()", ["line 2, column 4", "Division by zero"]),
        ("let a = [1];\na[7]", ["line 2, column 3", "out of bounds"]),
        ("let x = 9223372036854775807;\nx + 1", ["line 2, column 3", "overflow"]),
        ("let x = 1;\nx.y.z", ["line 2", "y"]),
        ("no_such_function(1)", ["line 1, column 1", "no_such_function"]),
        ("let x = ;", ["line 1, column 9", "Unexpected ';'"]),
        ("\n\nno_such_variable", ["line 3, column 1", "no_such_variable"]),
        ("fn f() { event }\nf()", ["line 1, column 10", "event"]),
        ("eval(\"1\")", ["line 1, column 1", "eval"]),
        ("let f = |x| x; f.curry(1)", ["line 1, column 18", "property"]),
        ("2.0 ** 0.5", ["line 1, column 5", "**"]),
        ("timestamp()", ["line 1, column 1", "timestamp"]),
        ("sleep(10)", ["line 1, column 1", "cannot sleep"]),
        ("metric(\"errorPercent\", -1)", ["line 1, column 1", "negative"]),
        (
            "metric(\"errors.source\", 60)",
            ["line 1, column 1", "requests, errors, errorPercent and latencyMillis"],
        ),
        ("import \"os\" as os;", ["line 1", "import"]),
    ] {
        check_fails(source, &words);
    }
}

#[test]
fn every_limit_can_be_met_and_not_passed() {
    for (source, words) in [
        ("loop {}", vec!["line 1", "900000 operations", "15 minutes"]),
        ("let x = 0; loop { x += 1; }", vec!["15 minutes"]),
        ("try { loop {} } catch { }", vec!["15 minutes"]),
        (
            "let a = []; a.pad(1000, 1); loop { a.map(|x| { let n = 0; while n < 1000 { n += 1; } n }); }",
            vec!["15 minutes"],
        ),
        ("fn f(n) { f(n + 1) } f(0)", vec!["line 1", "16 levels"]),
        ("fn f(x) { [1].map(Fn(\"f\")) } f(0)", vec!["16 levels"]),
        ("fn f(n) { if true { if true { [[[[1 + f(n + 1)]]]] } } } f(0)", vec!["16 levels"]),
        ("let s = \"x\"; loop { s += s; }", vec!["line 1", "Length of string"]),
        ("let s = \"\"; s.pad(1000000000, 'x'); s", vec!["Length of string"]),
        ("let s = \"x\"; loop { s = `${s}${s}`; }", vec!["Length of string"]),
        ("let a = [1]; loop { a += a; }", vec!["line 1", "Size of array"]),
        ("let a = [1]; loop { a = [a, a]; }", vec!["Size of array"]),
        ("let a = []; a.pad(1000000000, 1); a", vec!["Size of array"]),
        (
            "let a = []; a.pad(900, 0); let i = 0; loop { a[i] = a.len(); i += 1; }",
            vec!["line 1, column 48", "out of bounds"],
        ),
        ("let a = [0, 0]; loop { a[0] = [a[1], a[1]]; a[1] = [a[0], a[0]]; }", vec!["too large"]),
        ("let x = 1; loop { x = [x]; }", vec!["Nesting of values"]),
        ("let x = 1; loop { let y = [0]; y[0] = x; x = y; }", vec!["Nesting of values"]),
        (
            "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36].reduce(|sum, v| [sum], 0)",
            vec!["Nesting of values"],
        ),
        ("let m = #{}; let i = 0; loop { m[`k${i}`] = i; i += 1; }", vec!["line 1", "Size of object map"]),
        ("for i in 0..20000 { probe(); }", vec!["ask AWS 10000 times"]),
        ("for i in 0..20000 { notify(\"x\"); }", vec!["send 10000 messages"]),
    ] {
        check_fails(source, &words);
    }
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<String>();
    check_fails(&many(300, &|i| format!("let v{i} = 1;\n")), &["line 256", "Too many variables"]);
    check_fails(&many(70, &|i| format!("fn f{i}() {{ 1 }}\n")), &["Number of functions"]);
    check_fails(
        &format!("let x = {}1{};", "(".repeat(100), ")".repeat(100)),
        &["line 1", "maximum complexity"],
    );
    check_fails(&"x".repeat(MAX_SOURCE + 1), &["longer than 65536 bytes"]);
}

#[test]
fn hostile_texts_are_clean_errors() {
    let nested = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(4_000), close.repeat(4_000))
    };
    for source in [
        nested("(", "1", ")"),
        nested("[", "1", "]"),
        nested("{", "1", "}"),
        nested("#{a:", "1", "}"),
        nested("if true {", "1", "}"),
        nested("`${", "1", "}`"),
        nested("|x| {", "1", "}"),
        nested("!", "true", ""),
        nested("-", "1", ""),
        nested("1+", "1", ""),
        nested("1-(", "1", ")"),
        nested("true&&", "1", ""),
        nested("()??", "1", ""),
        nested("event.", "x", ""),
        nested("event?.", "x", ""),
        nested("event[", "0", "]"),
        "if false {} else ".repeat(3_000) + "{}",
        ["switch 1 { 1 => ".repeat(3_000), "}".repeat(3_000)].concat(),
        nested("while true {", "break;", "}"),
        nested("try {", "1", "} catch {}"),
        nested("/*", "1", "*/"),
        nested("f(", "1", ")"),
        format!("let x = event; {}", "x = [x];".repeat(3_000)),
        format!("let x = event{};", "[0]".repeat(4_000)),
        format!("let x = event{};", ".f()".repeat(4_000)),
        "\u{0}".to_string(),
        "\"".to_string(),
        "`${".to_string(),
        "/*".to_string(),
        "let é = \"\u{202e}\u{1f4a5}\"; throw é;".to_string(),
        "💥".repeat(10_000),
        "x".repeat(MAX_SOURCE),
        "9".repeat(MAX_SOURCE),
        "\"\\u{ffffffff}\"".to_string(),
        "let x = 0x7fffffffffffffff; x << 999".to_string(),
        "let x = -9223372036854775808; -x".to_string(),
        "-9223372036854775807 - 1 / -1".to_string(),
    ] {
        check_fails(&source, &[]);
    }
}

#[test]
fn hostile_values_are_clean_errors() {
    for source in [
        "let x = 1; loop { x = [x]; }",
        "let x = 1; loop { x = #{ x: x }; }",
        "let x = 1; loop { x = [#{ x: x }]; }",
        "let x = 1; loop { let y = [0]; y[0] = x; x = y; }",
        "let x = []; loop { let y = []; y.push(x); x = y; }",
        "let x = 1; for i in 0..31 { x = [x]; } throw x;",
        "let x = 1; for i in 0..31 { x = [x]; } x",
        "let x = 1; for i in 0..31 { x = [x]; } let y = x; x == y",
        "let x = 1; for i in 0..15 { x = [#{ x: x }]; } print(x); debug(x); x.to_string()",
        "let s = \"\"; s.pad(4096, 'a'); s.replace(\"a\", s); s",
        "let s = \"\"; s.pad(4096, ','); s.split(\",\")",
        "let a = []; a.pad(1000, 0.0 / 0.0); a[5] = 1.0; a.sort(); a",
        "let n = 0; let a = []; for i in 0..1000 { a.push(i * 7919 % 1000); } a.sort(|x, y| 1); a.sort(|x, y| -1); a",
        "let a = []; for i in 0..1000 { a.push(i * 7919 % 1000); } a.sort(|x, y| throw x); a",
        "let a = [1, \"x\", ()]; a.sort(); a",
        "[3, 1].sort(|a, b| \"x\")",
        "let a = [1, 2, 3]; a.retain(|x| throw 1); a",
        "let a = [1, 1, 2]; a.dedup(|x, y| throw 1); a",
        "let f = Fn(\"loop\"); f.call()",
        "call(\"x\")",
        "Fn(\"\").call()",
        "for i in range(0, 9223372036854775807) {}",
        "for i in range(0, 10, 0) {}",
        "for c in \"abc\".chars(-9, 9223372036854775807) {} ",
        "\"abc\".sub_string(-9223372036854775808, 9223372036854775807)",
        "let a = [1]; a.splice(-5, 99, [1, 2]); a.extract(-9, 9); a.insert(-99, 1); a",
        "let x = 5; x.bits(-1, 99)",
        "exit(1)",
        "this.x",
        "let event = 1; event",
        "print(\"\u{0}\u{202e}\"); 1",
        "approval = 1",
        "const approval = 1; approval()",
        "fn approval() { \"approved\" } approval()",
        "float_to_int(1)",
        "(0.0 / 0.0).to_int()",
        "1e308 * 10.0",
        "parse_int(\"9999999999999999999999\")",
        "'x'.to_int()",
        "type_of(event)",
    ] {
        check_fails(source, &[]);
    }
}

#[test]
fn a_script_asks_the_simulated_aws() {
    let mut host =
        FakeHost { probes: vec![true, false], error_percent: Some(5.1), seconds: 90, ..Default::default() };
    let invocation = call_with(
        r#"print(probe()); print(probe()); print(metric("errorPercent", 60)); print(metric("source.errors", 60));
           print(alarm("ui-5xx")); print(alarm("nothing")); print(now()); notify("hello");
           request_approval("really?"); request_approval("really?"); print(approval());
           #{ hookStatus: "SUCCEEDED" }"#,
        Value::Null,
        &mut host,
    );
    assert_eq!(invocation.printed, ["false", "true", "5.1", "", "OK", "", "90", "pending"]);
    assert_eq!((host.notified, host.asked), (vec!["hello".to_string()], vec!["really?".to_string()]));
}

#[test]
fn naming_a_long_value_takes_more_than_one_operation() {
    let took = |items: u32| call(&format!("let a = []; a.pad({items}, 1); a;")).duration.0;
    assert_eq!(took(64), took(0));
    assert_eq!(took(800) - took(0), 184);
}

#[test]
fn one_operation_takes_one_millisecond() {
    let took = |source: &str| call(source).duration.0;
    let (hundred, thousand) = (took("for i in 0..100 {}"), took("for i in 0..1000 {}"));
    assert_eq!((thousand - hundred) % 900, 0, "every turn of a loop costs the same");
    assert_eq!(took("loop {}"), MAX_OPERATIONS);
    assert_eq!(took("let x = ;"), 0);
}

#[test]
fn what_is_printed_has_bounds() {
    let invocation = call("for i in 0..500 { print(`${i} ${\"\"}`); }");
    assert_eq!(invocation.printed.len(), MAX_PRINTED_LINES);
    let long = call("let s = \"\"; s.pad(4000, 'é'); print(s);");
    assert!(long.printed.is_empty(), "4,000 times two bytes are more than a text may have");
    let long = call("let s = \"\"; s.pad(2000, 'é'); print(s);");
    assert_eq!(long.printed[0].chars().count(), MAX_TEXT);
    let mut runner = runner("for i in 0..100 { let s = \"\"; s.pad(1000, 'x'); print(s); }");
    let kept: usize = (0..50)
        .map(|_| runner.invoke("hook", &event(Value::Null), &mut FakeHost::default()).printed.len())
        .sum();
    assert_eq!(kept, 1_000, "a run keeps a million bytes");
}

#[test]
fn no_state_survives_a_call_but_hook_details() {
    let mut runner = runner(ready_made("never-answer").unwrap_or_default());
    let mut details = Value::Null;
    for n in 1..=3 {
        let invocation = runner.invoke("hook", &event(details), &mut FakeHost::default());
        details = invocation.answer.map(|answer| answer.details).unwrap_or_default();
        assert_eq!(details, json!({ "calls": n }));
    }
}

#[test]
fn a_replaced_script_is_forgotten_by_the_next_run() {
    let sources = BTreeMap::from([("hook".to_string(), "#{ hookStatus: \"SUCCEEDED\" }".to_string())]);
    let scripts = Scripts::compile(&sources);
    let status = |runner: &mut ScriptRunner| {
        runner
            .invoke("hook", &event(Value::Null), &mut FakeHost::default())
            .answer
            .map(|answer| answer.status)
    };
    let mut first = scripts.runner();
    assert_eq!(status(&mut first), Ok(HookStatus::Succeeded));
    first.replace("hook", "#{ hookStatus: \"FAILED\" }");
    assert_eq!(status(&mut first), Ok(HookStatus::Failed));
    first.replace("hook", "not a script");
    assert!(status(&mut first).is_err());
    assert_eq!(status(&mut scripts.runner()), Ok(HookStatus::Succeeded));
}

#[test]
fn a_hook_without_a_function_fails() {
    let answer = runner("1").invoke("other", &event(Value::Null), &mut FakeHost::default()).answer;
    assert_eq!(answer, Err("the response could not be parsed: there is no function other".to_string()));
}

#[test]
fn problems_are_listed_with_their_places() {
    let sources = [("b", "let x = 1;\nlet y = ;"), ("a", "1 +"), ("fine", "#{}")];
    let sources = sources.map(|(hook, source)| (hook.to_string(), source.to_string()));
    let problems = Scripts::compile(&BTreeMap::from(sources)).problems();
    let places: Vec<_> = problems.iter().map(|p| (p.hook.as_str(), p.line, p.column)).collect();
    assert_eq!(places, [("a", 1, 4), ("b", 2, 9)]);
    assert!(problems.iter().all(|problem| !problem.message.is_empty()));
    let quoted = Scripts::compile(&BTreeMap::from([("a".to_string(), "#{ `x\ny` }".to_string())])).problems();
    assert!(quoted[0].message.contains("'x y'"), "told on one line: {:?}", quoted[0].message);
}

#[test]
fn the_scripts_of_a_run_have_a_budget_together() {
    let mut runner = runner("loop {}");
    let mut calls = 0;
    let reason = loop {
        calls += 1;
        let invocation = runner.invoke("hook", &event(Value::Null), &mut FakeHost::default());
        let reason = invocation.answer.err().unwrap_or_default();
        if !reason.contains("15 minutes") {
            break reason;
        }
    };
    assert!(reason.contains("all the operations of a run"), "{reason}");
    assert_eq!(calls, 7);
}

#[test]
fn ready_made_scripts_do_what_they_say() {
    let host = FakeHost::default;
    let rejected = || FakeHost { approval: "rejected", ..host() };
    let approved = || FakeHost { approval: "approved", ..host() };
    let errors = |percent| FakeHost { error_percent: Some(percent), ..host() };
    let at = |seconds| FakeHost { seconds, ..host() };
    let window = json!({"opensAtSeconds": 60, "closesAtSeconds": 120});
    use HookStatus::{Failed, InProgress, Succeeded};
    for (name, mut host, details, status, printed) in [
        ("smoke-test", host(), Value::Null, Succeeded, "10 of 10 probes answered"),
        (
            "smoke-test",
            FakeHost { probes: vec![false], ..host() },
            Value::Null,
            Failed,
            "9 of 10 probes answered",
        ),
        ("manual-approval", host(), Value::Null, InProgress, "The reviewer's answer is pending"),
        ("manual-approval", approved(), Value::Null, Succeeded, ""),
        ("manual-approval", rejected(), Value::Null, Failed, ""),
        (
            "error-rate-gate",
            host(),
            Value::Null,
            InProgress,
            "No request in the last minute: nothing to judge yet",
        ),
        (
            "error-rate-gate",
            errors(2.0),
            Value::Null,
            Succeeded,
            "2.0 % failed in the last minute, at most 2.0 %",
        ),
        (
            "error-rate-gate",
            errors(5.1),
            Value::Null,
            Failed,
            "5.1 % failed in the last minute, more than 2.0 %",
        ),
        (
            "error-rate-gate",
            errors(5.1),
            json!({"maxErrorPercent": 6}),
            Succeeded,
            "5.1 % failed in the last minute, at most 6 %",
        ),
        ("change-window", host(), Value::Null, Succeeded, ""),
        ("change-window", at(59), window.clone(), InProgress, "The window opens in 1 s"),
        ("change-window", at(60), window.clone(), Succeeded, ""),
        ("change-window", at(120), window, Failed, "The window closed at second 120"),
        ("always-fail", host(), Value::Null, Failed, "I say no to everything"),
        ("never-answer", host(), Value::Null, InProgress, "Call 1: not yet"),
    ] {
        let invocation = call_with(ready_made(name).unwrap_or_default(), details, &mut host);
        assert_eq!(invocation.answer.map(|answer| answer.status), Ok(status), "{name}");
        assert_eq!(invocation.printed.first().map_or("", String::as_str), printed, "{name}");
    }
    for (name, title, source) in READY_MADE {
        assert!(
            source.starts_with("// ") && !title.is_empty(),
            "{name} begins with what a trainer can read aloud"
        );
    }
}

#[test]
fn manual_approval_asks_once_and_waits_for_the_reviewer() {
    let mut runner = runner(ready_made("manual-approval").unwrap_or_default());
    let mut host = FakeHost::default();
    for _ in 0..3 {
        let invocation = runner.invoke("hook", &event(Value::Null), &mut host);
        assert_eq!(invocation.answer.map(|answer| answer.call_back_delay), Ok(Span::from_secs(30)));
        assert_eq!(invocation.text, "{\"hookStatus\":\"IN_PROGRESS\",\"callBackDelay\":30}");
    }
    assert_eq!(host.asked, ["Please review arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/ui/42"]);
    host.approval = "approved";
    let invocation = runner.invoke("hook", &event(Value::Null), &mut host);
    assert_eq!(invocation.answer.map(|answer| answer.status), Ok(HookStatus::Succeeded));
}

#[test]
fn mathematics_agree_everywhere() {
    for (source, printed) in [
        ("exp(1.0)", "2.7182818284590455"),
        ("ln(10.0)", "2.302585092994046"),
        ("log(1000.0)", "3.0"),
        ("pow(2, 10)", "1024.0"),
        ("pow(2.0, 0.5)", "1.4142135623730951"),
        ("sqrt(2.0)", "1.4142135623730951"),
        ("2.5.round()", "3.0"),
        ("(-2.5).floor().to_int()", "-3"),
        ("[3, 1.5, 2].order()", "[1.5, 2, 3]"),
        ("[\"b\", \"a\"].order_desc()", "[\"b\", \"a\"]"),
        ("let a = [5, 3, 9]; a.sort(|a, b| b - a); a", "[9, 5, 3]"),
        ("let a = [5, 3, 9]; a.sort_by(|a, b| a < b); a", "[3, 5, 9]"),
    ] {
        assert_eq!(call(&format!("print({{ {source} }});")).printed, [printed], "{source}");
    }
}
