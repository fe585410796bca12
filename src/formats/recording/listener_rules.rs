//! `listenerRules`: what DescribeRules prints of a service's rules; of it, the stickiness of the forward action.

use super::fields;
use crate::formats::reader::{Object, Reader};
use crate::model::*;

/// The most rules, and the most actions of one, that are read.
const MOST_RULES: usize = 100;

/// How long clients keep the target group they met at the production rule; `None` where nothing says so.
///
/// A rule is matched by its ARN; one without an ARN is taken for the production rule. Testers come with a header or on
/// a port of their own and keep nothing.
pub(crate) fn read(reader: &mut Reader, entry: &Object<'_>, production: Option<&str>) -> Option<Span> {
    let mut kept = None;
    let rules = reader.list(entry, "listenerRules", MOST_RULES);
    let mut nobodys = !rules.is_empty() && production.is_some();
    for node in rules {
        let rule = reader.open(node, fields::LISTENER_RULE);
        let arn = reader.name(&rule, "RuleArn");
        let meant = arn.is_none() || arn == production;
        nobodys &= !meant;
        if !meant && production.is_none() {
            reader.warn(rule.path_of("RuleArn"), "the service names no productionListenerRule, ignored");
        }
        for node in reader.list(&rule, "Actions", MOST_RULES) {
            let action = reader.open(node, fields::ACTION);
            let forward = reader.object(&action, "ForwardConfig", fields::FORWARD_CONFIG);
            let sticky = reader.object(&forward, "TargetGroupStickinessConfig", fields::GROUP_STICKINESS);
            let enabled = reader.flag(&sticky, "Enabled").unwrap_or(false);
            let duration = reader.whole_seconds(&sticky, "DurationSeconds", 1..=604_800);
            if enabled
                && reader.require(&sticky, "DurationSeconds", "it is needed where Enabled is true")
                && meant
            {
                kept = duration.or(kept);
            }
        }
    }
    if nobodys {
        reader.warn(
            entry.path_of("listenerRules"),
            "none of them is the service's productionListenerRule, ignored",
        );
    }
    kept
}
