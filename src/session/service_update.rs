//! UpdateService as a person fills it in: its fields, what is wrong with a draft at which of them, and what it would do.
//!
//! A draft gives only what it changes, as a call of the AWS CLI does. Changing to a strategy that shifts traffic asks
//! for what the service lacks, as ECS does. Whether a value is acceptable is decided by the reader of recordings; here
//! stands only what ECS asks for where the reader would make something up.

use super::call::update_service;
use super::recording::{intervene, seconds};
use super::*;
use crate::engine::Fact;
use crate::formats::read_document;
use crate::formats::recording::STARTS_DEPLOYMENT;
use serde_json::json;
use std::collections::BTreeMap;

/// What a person has changed in the form so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// What was typed, by field. A field that is missing, or holds what holds already, is not given.
    pub fields: BTreeMap<&'static str, String>,
    /// What was done to the hooks, in order.
    pub hooks: Vec<HookEdit>,
}

/// How a field is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A name or an ARN.
    Text,
    /// A number, in this unit.
    Number(&'static str),
    /// One of these: the value, and how it is called.
    Choice(Vec<(String, String)>),
}

/// A field of an UpdateService input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateField {
    /// Its API name.
    pub name: &'static str,
    /// The object it stands in; empty for the input itself.
    pub place: &'static str,
    /// How it is filled in.
    pub entry: Entry,
    /// What holds at the playhead; empty where nothing does.
    pub now: String,
    /// What stands in it.
    pub text: String,
    /// What could stand there, where nothing does.
    pub example: String,
    /// What it does, in a sentence.
    pub what: &'static str,
    /// What is wrong with it.
    pub wrong: Option<String>,
}

/// A draft with what comes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateForm {
    /// Its fields, those of one place together.
    pub fields: Vec<UpdateField>,
    /// The hooks.
    pub hooks: Vec<HookView>,
    /// What is wrong with the whole.
    pub problems: Vec<Problem>,
    /// What it would do, and why; or that it deploys nothing.
    pub effect: String,
    /// Why AWS would refuse it at the playhead.
    pub refused: Option<String>,
    /// The call of the AWS CLI.
    pub call: String,
    /// The `updateService` intervention.
    pub input: Value,
}

impl UpdateForm {
    /// Whether it can be made: it changes something, and nothing is wrong with it.
    pub fn is_ready(&self) -> bool {
        let right = self.problems.is_empty() && self.fields.iter().all(|field| field.wrong.is_none());
        right && self.refused.is_none() && given(&self.input).next().is_some()
    }

    /// Whether a field could be filled in with an example.
    pub fn lacks_something(&self) -> bool {
        self.fields.iter().any(|field| field.text.is_empty() && !field.example.is_empty())
    }
}

/// Where `loadBalancers` and what they hold stand.
const BALANCER: &str = "loadBalancers[0]";
const ADVANCED: &str = "loadBalancers[0].advancedConfiguration";
const CONFIGURATION: &str = "deploymentConfiguration";

impl Session {
    /// What a draft of an UpdateService at the playhead comes to.
    pub fn update_form(&self, draft: &Draft) -> UpdateForm {
        self.drafted(draft).0
    }

    /// That, and the document in which the call is made.
    fn drafted(&self, draft: &Draft) -> (UpdateForm, Value) {
        let frame = self.frame();
        let service = self.service_in_force();
        let chosen = draft.fields.get("strategy").and_then(|name| StrategyName::from_api_name(name));
        let strategy = chosen.unwrap_or(service.deployment.strategy.name());
        let balancers = self.in_force("/loadBalancers");
        let mut fields = self.update_fields(strategy, &balancers);
        for field in &mut fields {
            field.text = draft.fields.get(field.name).unwrap_or(&field.now).trim().to_owned();
            field.wrong = mistake(field, strategy);
        }
        let mut document = self.document.clone();
        let hooks_now = self.in_force("/deploymentConfiguration/lifecycleHooks");
        let hooks_now = hooks_now.as_array().cloned().unwrap_or_default();
        let hooks = self.edited_hooks(hooks_now.clone(), &draft.hooks, &mut document);
        let given_hooks = (hooks != hooks_now).then_some(hooks.as_slice());
        let input = input(&frame.service, strategy, &fields, &balancers, given_hooks);
        let place = document["interventions"].as_array().map_or(0, Vec::len);
        intervene(&mut document, self.as_intervention(&input));
        let mut problems = read_document(&document).err().unwrap_or_default();
        // What is wrong at a field is told there.
        problems.retain(|problem| {
            let name = problem.path.rsplit('.').next().unwrap_or_default();
            let of_draft = problem.path.starts_with(&format!("interventions[{place}]."));
            match fields.iter_mut().find(|field| of_draft && field.name == name) {
                Some(field) => {
                    field.wrong.get_or_insert_with(|| problem.message.clone());
                    false
                }
                None => true,
            }
        });
        let ongoing = frame.deployment.as_ref().filter(|it| it.status.is_some_and(|it| !it.is_terminal()));
        let changes_strategy = ongoing.is_some_and(|it| it.strategy != strategy);
        let refused = changes_strategy && input.get(CONFIGURATION).is_some();
        let stopped = ongoing.and(frame.target.as_ref()).map(|target| target.called.as_str());
        let wrong = fields.iter().filter(|field| field.wrong.is_some()).count();
        let form = UpdateForm {
            effect: match wrong {
                0 => effect(&input, strategy, service.deployment.strategy.name(), stopped),
                1 => "One field is still missing or wrong.".to_owned(),
                _ => format!("{wrong} fields are still missing or wrong."),
            },
            refused: refused.then(|| {
                "AWS would refuse it now: the strategy cannot be changed while a deployment is under way."
                    .to_owned()
            }),
            call: update_service(service, &input),
            fields,
            hooks: self.hook_views(&hooks),
            problems,
            input,
        };
        (form, document)
    }

    /// Makes the call that a draft has come to, an instant after the playhead.
    pub(super) fn call_update_service(&mut self, draft: &Draft) -> Changed {
        let (form, document) = self.drafted(draft);
        if let Some(refused) = form.refused {
            self.notice = Some(refused);
            return Changed::Panels;
        }
        let changed = self.act_by(document, "Update service");
        if changed == Changed::Everything {
            let place = self.shown.scenario.interventions.len() - 1;
            let refused = self.shown.run.events.iter().any(
                |event| matches!(event.fact, Fact::Refused { intervention, .. } if intervention == place),
            );
            self.notice = (!refused).then_some(form.effect);
        }
        changed
    }

    fn as_intervention(&self, input: &Value) -> Value {
        json!({"atSeconds": seconds(self.playback.playhead.0 + 1), "updateService": input})
    }

    /// The service as updates have left it at the playhead.
    fn service_in_force(&self) -> &Service {
        let run = &self.shown.run.services[self.service];
        run.configuration.at(self.playback.playhead).unwrap_or(&self.shown.scenario.services[self.service])
    }

    /// What an UpdateService input gives at this pointer, as updates have left it at the playhead.
    fn in_force(&self, pointer: &str) -> Value {
        let now = self.playback.playhead;
        let made = |place: usize| {
            self.shown.run.events.iter().any(|event| {
                event.at <= now
                    && matches!(event.fact, Fact::Intervened { intervention, .. } if intervention == place)
            })
        };
        let interventions = self.document["interventions"].as_array().into_iter().flatten().enumerate();
        let updates = interventions.filter_map(|(place, it)| {
            let of = self.shown.scenario.interventions[place].act.service();
            let given = it["updateService"].pointer(pointer)?;
            (of == Some(self.service) && made(place)).then_some(given)
        });
        let first = self.document["services"][self.service]["service"].pointer(pointer);
        updates.last().or(first).cloned().unwrap_or_default()
    }

    fn update_fields(&self, strategy: StrategyName, balancers: &Value) -> Vec<UpdateField> {
        let service = self.service_in_force();
        let configuration = &service.deployment;
        let mut fields = Vec::new();
        let mut add = |name, place, entry, now: String, what| {
            let (text, example, wrong) = (String::new(), String::new(), None);
            fields.push(UpdateField { name, place, entry, now, text, example, what, wrong });
        };
        add(
            "taskDefinition",
            "",
            self.revisions_to_choose(),
            String::new(),
            "The revision that runs. Given, it starts a deployment.",
        );
        let flag = vec![(String::new(), "false".to_owned()), ("true".to_owned(), "true".to_owned())];
        add(
            "forceNewDeployment",
            "",
            Entry::Choice(flag),
            String::new(),
            "Deploys although nothing that deploys is given; what runs is replaced by itself.",
        );
        add(
            "desiredCount",
            "",
            Entry::Number("tasks"),
            service.desired_count.to_string(),
            "How many tasks run. Deploys nothing.",
        );
        let grace = (service.grace_period.0 / 1000).to_string();
        add(
            "healthCheckGracePeriodSeconds",
            "",
            Entry::Number("s"),
            grace,
            "How long failing health checks of a new task do not count. Deploys nothing.",
        );

        let names = StrategyName::ALL.map(|it| (it.api_name().to_owned(), it.api_name().to_owned())).to_vec();
        let name = configuration.strategy.name().api_name().to_owned();
        add(
            "strategy",
            CONFIGURATION,
            Entry::Choice(names),
            name,
            "How the next deployment goes. By itself it deploys nothing.",
        );
        let minutes = |span: Span| (span.0 / 60_000).to_string();
        let share = |share: Permille| (f64::from(share.0) / 10.0).to_string();
        if strategy.shifts() {
            let bake = configuration.bake_time.map(minutes).unwrap_or_default();
            add(
                "bakeTimeInMinutes",
                CONFIGURATION,
                Entry::Number("min"),
                bake,
                "How long the source revision is kept after the last shift. BLUE_GREEN must be given one.",
            );
        }
        match (strategy, configuration.strategy) {
            (StrategyName::Canary, of) => {
                let (percent, bake) = match of {
                    Strategy::Canary { percent, bake } => (share(percent), minutes(bake)),
                    _ => Default::default(),
                };
                let place = "deploymentConfiguration.canaryConfiguration";
                add(
                    "canaryPercent",
                    place,
                    Entry::Number("%"),
                    percent,
                    "The share of users that the first step moves. Default: 5.",
                );
                add(
                    "canaryBakeTimeInMinutes",
                    place,
                    Entry::Number("min"),
                    bake,
                    "How long the first step is watched. Default: 10.",
                );
            }
            (StrategyName::Linear, of) => {
                let (percent, bake) = match of {
                    Strategy::Linear { percent, bake } => (share(percent), minutes(bake)),
                    _ => Default::default(),
                };
                let place = "deploymentConfiguration.linearConfiguration";
                add(
                    "stepPercent",
                    place,
                    Entry::Number("%"),
                    percent,
                    "The share of users that each step moves. Default: 10.",
                );
                add(
                    "stepBakeTimeInMinutes",
                    place,
                    Entry::Number("min"),
                    bake,
                    "How long each step but the last is watched. Default: 6.",
                );
            }
            (StrategyName::Rolling, _) => {
                let (least, most) = (configuration.minimum_healthy_percent, configuration.maximum_percent);
                add(
                    "minimumHealthyPercent",
                    CONFIGURATION,
                    Entry::Number("%"),
                    least.to_string(),
                    "How many of desiredCount stay healthy, rounded up.",
                );
                add(
                    "maximumPercent",
                    CONFIGURATION,
                    Entry::Number("%"),
                    most.to_string(),
                    "How many of desiredCount there may be at once, rounded down.",
                );
            }
            (StrategyName::BlueGreen, _) => {}
        }
        if strategy.shifts() {
            let balancer = &balancers[0];
            let text = |value: &Value| {
                value
                    .as_str()
                    .map_or_else(|| value.as_u64().map(|it| it.to_string()), |it| Some(it.to_owned()))
                    .unwrap_or_default()
            };
            match service.routing.kind {
                RoutingKind::ServiceConnect => return fields,
                // ECS shifts by an empty list what BLUE_GREEN does not need, and nothing by the others.
                RoutingKind::Headless if strategy == StrategyName::BlueGreen => return fields,
                _ if balancer.is_null() => {
                    add(
                        "targetGroupArn",
                        BALANCER,
                        Entry::Text,
                        String::new(),
                        "The target group that serves production.",
                    );
                    add("containerName", BALANCER, Entry::Text, String::new(), "The container that answers.");
                    add("containerPort", BALANCER, Entry::Number(""), String::new(), "Its port.");
                }
                _ => {}
            }
            let advanced = &balancer["advancedConfiguration"];
            for (name, what) in [
                (
                    "alternateTargetGroupArn",
                    "The second target group: the two take turns at every deployment.",
                ),
                ("productionListenerRule", "The rule whose weights ECS changes to move users."),
                (
                    "testListenerRule",
                    "The rule by which testers meet the new revision first. It may be left out.",
                ),
                ("roleArn", "The role by which ECS changes the load balancer in your account."),
            ] {
                add(name, ADVANCED, Entry::Text, text(&advanced[name]), what);
            }
        }
        for field in &mut fields {
            field.example = self.example(field.name, strategy, &balancers[0]);
        }
        fields
    }

    /// The revisions, by the names that UpdateService knows them by; nothing chosen leaves what runs.
    fn revisions_to_choose(&self) -> Entry {
        let running = &self.frame();
        let running = running.deployment.as_ref().and(running.target.as_ref()).unwrap_or(&running.source);
        let given = self.document["services"][self.service]["service"]["taskDefinition"].as_str();
        let family = given.and_then(|arn| arn.rsplit('/').next()?.split(':').next());
        let family = family.unwrap_or(&self.service_in_force().name);
        let revisions = self.shown.scenario.services[self.service].revisions.iter();
        let choices = revisions.map(|it| (format!("{family}:{}", it.name), format!("{family}:{}", it.name)));
        let unchanged = (String::new(), format!("{}, as it is", running.name));
        Entry::Choice([unchanged].into_iter().chain(choices).collect())
    }

    /// What a person might type where the service has nothing.
    fn example(&self, name: &str, strategy: StrategyName, balancer: &Value) -> String {
        let service = self.service_in_force();
        let here = self.region_and_account();
        let balancing = format!("arn:aws:elasticloadbalancing:{here}");
        let rule = |last: &str| match service.routing.kind {
            RoutingKind::Network => {
                format!("{balancing}:listener/net/{}/50dc6c495c0c9188/{last}", service.name)
            }
            _ => format!(
                "{balancing}:listener-rule/app/{}/50dc6c495c0c9188/f2f7dc8efc522ab2/{last}",
                service.name
            ),
        };
        match name {
            "bakeTimeInMinutes" if strategy == StrategyName::BlueGreen => "5".to_owned(),
            "targetGroupArn" => format!("{balancing}:targetgroup/{}-1/3f1c7d2a9b8e4c60", service.name),
            "alternateTargetGroupArn" => {
                let groups = self.document["services"][self.service]["targetGroups"].as_array();
                let arns = groups.into_iter().flatten().filter_map(|group| group["TargetGroupArn"].as_str());
                let free = arns.into_iter().find(|arn| balancer["targetGroupArn"] != *arn).map(str::to_owned);
                free.unwrap_or_else(|| format!("{balancing}:targetgroup/{}-2/a4d06e58c17b3f92", service.name))
            }
            "containerName" => service.name.clone(),
            "containerPort" => "8080".to_owned(),
            "productionListenerRule" => rule("9683b2d02a6cabee"),
            "testListenerRule" => rule("1291d13826f405c3"),
            "roleArn" => {
                let account = here.rsplit(':').next().unwrap_or_default();
                format!("arn:aws:iam::{account}:role/ecs-load-balancers")
            }
            _ => String::new(),
        }
    }
}

/// What ECS would answer of a field by itself.
fn mistake(field: &UpdateField, strategy: StrategyName) -> Option<String> {
    let lacks = |why: &str| Some(format!("is missing: {strategy} {why}"));
    match (field.name, field.text.as_str()) {
        ("targetGroupArn", "") => lacks("shifts traffic between target groups"),
        ("containerName" | "containerPort", "") => {
            Some("is missing: it is the container that answers".to_owned())
        }
        ("alternateTargetGroupArn", "") => lacks("starts the new tasks in a second target group"),
        ("productionListenerRule", "") => lacks("moves users by this rule's weights"),
        ("roleArn", "") => lacks("changes the load balancer by this role"),
        ("targetGroupArn" | "alternateTargetGroupArn", text) => is_arn(text, ":targetgroup/", "target group"),
        ("roleArn", text) => is_arn(text, ":role/", "role"),
        (_, text)
            if matches!(field.entry, Entry::Number(_)) && !text.is_empty() && number(text).is_none() =>
        {
            Some("is no number".to_owned())
        }
        (_, "") if !field.now.is_empty() => Some(format!("is empty; {} holds", field.now)),
        _ => None,
    }
}

fn is_arn(text: &str, part: &str, of: &str) -> Option<String> {
    let right = text.starts_with("arn:") && text.contains(part);
    (!right).then(|| format!("is no ARN of a {of}, as in arn:aws:…{part}…"))
}

fn number(text: &str) -> Option<Value> {
    let whole = text.parse::<i64>().ok().map(|it| json!(it));
    whole.or_else(|| text.parse::<f64>().ok().filter(|it| it.is_finite()).map(|it| json!(it)))
}

/// The input that gives what the fields change.
fn input(
    service: &str,
    strategy: StrategyName,
    fields: &[UpdateField],
    balancers: &Value,
    hooks: Option<&[Value]>,
) -> Value {
    let mut input = json!({"service": service});
    let changed = |field: &&UpdateField| field.text != field.now && !field.text.is_empty();
    for field in fields.iter().filter(changed) {
        let value = match field.entry {
            Entry::Number(_) => match number(&field.text) {
                Some(number) => number,
                None => continue,
            },
            _ if field.text == "true" => json!(true),
            _ => json!(field.text),
        };
        match field.place {
            BALANCER | ADVANCED => {
                if input.get("loadBalancers").is_none() {
                    let there = balancers.as_array().filter(|list| !list.is_empty());
                    input["loadBalancers"] = there.map_or_else(|| json!([{}]), |list| json!(list));
                }
                let entry = &mut input["loadBalancers"][0];
                let holder =
                    if field.place == ADVANCED { &mut entry["advancedConfiguration"] } else { entry };
                holder[field.name] = value;
            }
            "" => input[field.name] = value,
            place => {
                let block = place.split('.').fold(&mut input, |object, key| &mut object[key]);
                block[field.name] = value;
            }
        }
    }
    if let Some(hooks) = hooks {
        input[CONFIGURATION]["lifecycleHooks"] = json!(hooks);
    }
    // The block that only this strategy has goes with its name.
    if input.get(CONFIGURATION).is_some() {
        input[CONFIGURATION]["strategy"] = json!(strategy.api_name());
    }
    // What was emptied is taken off; only the test rule may be.
    let emptied = |field: &&UpdateField| {
        field.text.is_empty() && !field.now.is_empty() && field.name == "testListenerRule"
    };
    if fields.iter().any(|field| emptied(&field)) {
        if input.get("loadBalancers").is_none() {
            input["loadBalancers"] = balancers.clone();
        }
        if let Some(advanced) =
            input.pointer_mut("/loadBalancers/0/advancedConfiguration").and_then(Value::as_object_mut)
        {
            advanced.shift_remove("testListenerRule");
        }
    }
    input
}

/// The fields that an input gives, besides the name of the service.
fn given(input: &Value) -> impl Iterator<Item = &str> {
    input
        .as_object()
        .into_iter()
        .flat_map(|input| input.keys())
        .map(String::as_str)
        .filter(|key| *key != "service")
}

/// What an input would do, and why.
fn effect(input: &Value, strategy: StrategyName, before: StrategyName, stopped: Option<&str>) -> String {
    let starts: Vec<&str> = given(input).filter(|key| STARTS_DEPLOYMENT.contains(key)).collect();
    let all: Vec<&str> = given(input).collect();
    if all.is_empty() {
        return "Nothing is changed yet.".to_owned();
    }
    if starts.is_empty() {
        let next = if strategy == before {
            String::new()
        } else {
            format!(" The next deployment goes by {strategy}.")
        };
        return format!("Deploys nothing: changing {} starts no deployment.{next}", listed(&all));
    }
    let verb = if starts.len() == 1 { "is" } else { "are" };
    let stops = stopped
        .map(|name| format!(" It stops the deployment of {name} that is under way."))
        .unwrap_or_default();
    format!("Starts a deployment by {strategy}, because {} {verb} given.{stops}", listed(&starts))
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
