//! The ready-made scripts: what a trainer can read aloud, and what an import stands in for a Lambda it only names.

/// The ready-made scripts: name, title, source. The name is also the hook's name where nothing else is given.
pub const READY_MADE: &[(&str, &str, &str)] = &[
    ("smoke-test", "Smoke test on the test listener", include_str!("../../static/hooks/smoke-test.rhai")),
    ("manual-approval", "Manual approval", include_str!("../../static/hooks/manual-approval.rhai")),
    ("error-rate-gate", "Error-rate gate", include_str!("../../static/hooks/error-rate-gate.rhai")),
    (
        "canary-analysis",
        "Statistical canary analysis",
        include_str!("../../static/hooks/canary-analysis.rhai"),
    ),
    ("change-window", "Change window", include_str!("../../static/hooks/change-window.rhai")),
    ("always-fail", "Always fail", include_str!("../../static/hooks/always-fail.rhai")),
    ("never-answer", "Never answer", include_str!("../../static/hooks/never-answer.rhai")),
];

/// The source of the ready-made script of that name.
pub fn ready_made(name: &str) -> Option<&'static str> {
    READY_MADE.iter().find(|(known, _, _)| *known == name).map(|(_, _, source)| *source)
}
