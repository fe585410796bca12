//! The fields of an UpdateService input that a strategy asks for, and what is wrong with each by itself.

use super::super::*;
use super::input::number;

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

/// Where `loadBalancers` and what they hold stand.
pub(super) const BALANCER: &str = "loadBalancers[0]";
pub(super) const ADVANCED: &str = "loadBalancers[0].advancedConfiguration";
pub(super) const CONFIGURATION: &str = "deploymentConfiguration";

impl UpdateField {
    /// A field into which nothing has been typed.
    fn new(
        name: &'static str,
        place: &'static str,
        entry: Entry,
        now: impl ToString,
        what: &'static str,
    ) -> UpdateField {
        let (text, example, wrong) = (String::new(), String::new(), None);
        UpdateField { name, place, entry, now: now.to_string(), text, example, what, wrong }
    }
}

impl Session {
    /// The fields under this strategy, filled with what holds at the playhead.
    pub(super) fn update_fields(&self, strategy: StrategyName, balancers: &Value) -> Vec<UpdateField> {
        let service = self.service_in_force();
        let mut fields = self.fields_of_service(service);
        fields.extend(fields_of_deployment(&service.deployment, strategy));
        if strategy.shifts() {
            fields.extend(fields_of_balancer(service, strategy, &balancers[0]));
        }
        for field in &mut fields {
            field.example = self.example(field.name, strategy, &balancers[0]);
        }
        fields
    }

    /// The fields that every service has.
    fn fields_of_service(&self, service: &Service) -> Vec<UpdateField> {
        let flag = vec![(String::new(), "false".to_owned()), ("true".to_owned(), "true".to_owned())];
        vec![
            UpdateField::new(
                "taskDefinition",
                "",
                self.revisions_to_choose(),
                "",
                "The revision that runs. Given, it starts a deployment.",
            ),
            UpdateField::new(
                "forceNewDeployment",
                "",
                Entry::Choice(flag),
                "",
                "Deploys although nothing that deploys is given; what runs is replaced by itself.",
            ),
            UpdateField::new(
                "desiredCount",
                "",
                Entry::Number("tasks"),
                service.desired_count,
                "How many tasks run. Deploys nothing.",
            ),
            UpdateField::new(
                "healthCheckGracePeriodSeconds",
                "",
                Entry::Number("s"),
                service.grace_period.0 / 1000,
                "How long failing health checks of a new task do not count. Deploys nothing.",
            ),
        ]
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

/// The fields of `deploymentConfiguration`: the strategy's name, and what that strategy has.
fn fields_of_deployment(configuration: &DeploymentConfiguration, strategy: StrategyName) -> Vec<UpdateField> {
    let names = StrategyName::ALL.map(|it| (it.api_name().to_owned(), it.api_name().to_owned())).to_vec();
    let mut fields = vec![UpdateField::new(
        "strategy",
        CONFIGURATION,
        Entry::Choice(names),
        configuration.strategy.name().api_name(),
        "How the next deployment goes. By itself it deploys nothing.",
    )];
    if strategy.shifts() {
        fields.push(UpdateField::new(
            "bakeTimeInMinutes",
            CONFIGURATION,
            Entry::Number("min"),
            configuration.bake_time.map(minutes).unwrap_or_default(),
            "How long the source revision is kept after the last shift. BLUE_GREEN must be given one.",
        ));
    }
    fields.extend(match strategy {
        StrategyName::Canary => fields_of_canary(configuration.strategy),
        StrategyName::Linear => fields_of_linear(configuration.strategy),
        StrategyName::Rolling => fields_of_rolling(configuration),
        StrategyName::BlueGreen => Vec::new(),
    });
    fields
}

fn fields_of_canary(strategy: Strategy) -> Vec<UpdateField> {
    const CANARY: &str = "deploymentConfiguration.canaryConfiguration";
    let (percent, bake) = match strategy {
        Strategy::Canary { percent, bake } => (share(percent), minutes(bake)),
        _ => Default::default(),
    };
    vec![
        UpdateField::new(
            "canaryPercent",
            CANARY,
            Entry::Number("%"),
            percent,
            "The share of users that the first step moves. Default: 5.",
        ),
        UpdateField::new(
            "canaryBakeTimeInMinutes",
            CANARY,
            Entry::Number("min"),
            bake,
            "How long the first step is watched. Default: 10.",
        ),
    ]
}

fn fields_of_linear(strategy: Strategy) -> Vec<UpdateField> {
    const LINEAR: &str = "deploymentConfiguration.linearConfiguration";
    let (percent, bake) = match strategy {
        Strategy::Linear { percent, bake } => (share(percent), minutes(bake)),
        _ => Default::default(),
    };
    vec![
        UpdateField::new(
            "stepPercent",
            LINEAR,
            Entry::Number("%"),
            percent,
            "The share of users that each step moves. Default: 10.",
        ),
        UpdateField::new(
            "stepBakeTimeInMinutes",
            LINEAR,
            Entry::Number("min"),
            bake,
            "How long each step but the last is watched. Default: 6.",
        ),
    ]
}

fn fields_of_rolling(configuration: &DeploymentConfiguration) -> Vec<UpdateField> {
    vec![
        UpdateField::new(
            "minimumHealthyPercent",
            CONFIGURATION,
            Entry::Number("%"),
            configuration.minimum_healthy_percent,
            "How many of desiredCount stay healthy, rounded up.",
        ),
        UpdateField::new(
            "maximumPercent",
            CONFIGURATION,
            Entry::Number("%"),
            configuration.maximum_percent,
            "How many of desiredCount there may be at once, rounded down.",
        ),
    ]
}

/// What a strategy that shifts traffic needs of the load balancer.
fn fields_of_balancer(service: &Service, strategy: StrategyName, balancer: &Value) -> Vec<UpdateField> {
    match service.routing.kind {
        RoutingKind::ServiceConnect => return Vec::new(),
        // ECS shifts by an empty list what BLUE_GREEN does not need, and nothing by the others.
        RoutingKind::Headless if strategy == StrategyName::BlueGreen => return Vec::new(),
        _ => {}
    }
    let mut fields = Vec::new();
    if balancer.is_null() {
        fields = vec![
            UpdateField::new(
                "targetGroupArn",
                BALANCER,
                Entry::Text,
                "",
                "The target group that serves production.",
            ),
            UpdateField::new("containerName", BALANCER, Entry::Text, "", "The container that answers."),
            UpdateField::new("containerPort", BALANCER, Entry::Number(""), "", "Its port."),
        ];
    }
    let advanced = [
        ("alternateTargetGroupArn", "The second target group: the two take turns at every deployment."),
        ("productionListenerRule", "The rule whose weights ECS changes to move users."),
        ("testListenerRule", "The rule by which testers meet the new revision first. It may be left out."),
        ("roleArn", "The role by which ECS changes the load balancer in your account."),
    ];
    fields.extend(advanced.map(|(name, what)| {
        let now = balancer["advancedConfiguration"][name].as_str().unwrap_or_default();
        UpdateField::new(name, ADVANCED, Entry::Text, now, what)
    }));
    fields
}

fn minutes(span: Span) -> String {
    (span.0 / 60_000).to_string()
}

fn share(share: Permille) -> String {
    (f64::from(share.0) / 10.0).to_string()
}

/// What ECS would answer of a field by itself.
pub(super) fn mistake(field: &UpdateField, strategy: StrategyName) -> Option<String> {
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
