//! A deployment with two fleets, told as the list it is: stage after stage, shift after shift, with hooks that answer at
//! once.

/// A service and the deployment it goes through; times in whole seconds.
#[derive(Clone, Debug)]
pub struct Shifting {
    /// The plan of the weights.
    pub plan: Plan,
    /// `bakeTimeInMinutes`.
    pub bake_minutes: u32,
    /// Whether the listeners are those of a Network Load Balancer.
    pub network: bool,
    /// Whether there is a test rule.
    pub test_rule: bool,
    /// The stages at which the hook is attached, by API name.
    pub hooks: Vec<&'static str>,
    /// From the launch of a target task until it counts.
    pub healthy_after: u32,
    /// `deregistration_delay.timeout_seconds`.
    pub deregistration_delay: u32,
    /// How long a changed rule takes to reach all users.
    pub propagation: u32,
    /// When the deployment starts.
    pub deploys_at: u32,
    /// When a person asks to roll back.
    pub rolls_back_at: Option<u32>,
}

/// How users are moved.
#[derive(Clone, Copy, Debug)]
pub enum Plan {
    /// All at once.
    BlueGreen,
    /// A first share in permille, minutes of watching, then all.
    Canary(u32, u32),
    /// A share in permille after another, with so many minutes between two.
    Linear(u32, u32),
}

/// What happens in the course of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A lifecycle stage was entered.
    Stage(&'static str),
    /// A rule's weights were changed: source and target, in permille while split.
    Shift(&'static str, u32, u32),
    /// The hook was called.
    Hook(&'static str),
    /// The deployment came to this status.
    Status(&'static str),
}

/// A Network Load Balancer takes ten minutes more for a shift ("NLB resources for blue/green"); the stage's hooks are
/// called when the weights are changed, as for any other (our reading, h3).
const NETWORK_SHIFT: u32 = 600;
/// From the decision to stop to the draining target, and from the drained target to STOPPED.
pub const DEREGISTER: u32 = 2;
/// From the stop signal to STOPPED.
pub const EXIT: u32 = 12;

/// The teller: what was told, at which second, and what is known meanwhile.
struct Teller<'a> {
    of: &'a Shifting,
    now: u32,
    told: Vec<(u32, Told)>,
    /// When the last change of a rule has reached everybody.
    settled: u32,
    /// When the first target task was launched.
    launched: Option<u32>,
    /// The target's weight in the production rule and in the test rule.
    weights: (u32, u32),
    production_entered: bool,
    test_entered: bool,
}

/// A person's rollback came first.
struct RolledBack;

impl Shifting {
    /// Tells the deployment.
    pub fn tell(&self) -> Vec<(u32, Told)> {
        let mut teller = Teller {
            of: self,
            now: self.deploys_at,
            told: Vec::new(),
            settled: 0,
            launched: None,
            weights: (0, 0),
            production_entered: false,
            test_entered: false,
        };
        if teller.way_there().is_err() {
            teller.way_back();
        }
        teller.told
    }

    /// The target's share after each shift, in permille: always the last is everything.
    fn shares(&self) -> Vec<(u32, u32)> {
        let mut shares = Vec::new();
        match self.plan {
            Plan::BlueGreen => {}
            // A canary of everything is a single shift without its bake (our reading, h17).
            Plan::Canary(first, minutes) if first < 1000 => shares.push((first, minutes)),
            Plan::Canary(..) => {}
            Plan::Linear(step, minutes) => {
                let mut share = step;
                while share < 1000 {
                    shares.push((share, minutes));
                    share += step;
                }
            }
        }
        shares.push((1000, 0));
        shares
    }
}

impl Teller<'_> {
    fn way_there(&mut self) -> Result<(), RolledBack> {
        self.stage("PRE_SCALE_UP")?;
        self.enter("SCALE_UP")?;
        self.launched = Some(self.now);
        self.wait(self.of.healthy_after)?;
        self.stage("POST_SCALE_UP")?;
        self.enter("TEST_TRAFFIC_SHIFT")?;
        self.test_entered = true;
        // Without a test rule the stage passes at once (our reading, h7).
        let network_shift = if self.of.network { NETWORK_SHIFT } else { 0 };
        if self.of.test_rule {
            self.shift("test", 1000);
        }
        self.hook("TEST_TRAFFIC_SHIFT");
        self.wait(if self.of.test_rule { network_shift } else { 0 })?;
        self.stage("POST_TEST_TRAFFIC_SHIFT")?;
        for (share, minutes) in self.of.shares() {
            self.stage("PRE_PRODUCTION_TRAFFIC_SHIFT")?;
            self.enter("PRODUCTION_TRAFFIC_SHIFT")?;
            self.production_entered = true;
            self.shift("production", share);
            self.hook("PRODUCTION_TRAFFIC_SHIFT");
            self.wait(network_shift + minutes * 60)?;
        }
        self.stage("POST_PRODUCTION_TRAFFIC_SHIFT")?;
        self.enter("BAKE_TIME")?;
        self.wait(self.of.bake_minutes * 60)?;
        self.enter("CLEAN_UP")?;
        // Nothing drains behind a rule that has not reached everybody.
        self.wait(self.settled.saturating_sub(self.now))?;
        // From here on there is no way back (our reading, h20).
        self.now += DEREGISTER + self.of.deregistration_delay + EXIT;
        self.tell(Told::Status("SUCCESSFUL"));
        Ok(())
    }

    /// One jump, production first; the stages that were not entered are not entered now.
    fn way_back(&mut self) {
        let healthy = self.launched.is_some_and(|at| self.now > at + self.of.healthy_after);
        if self.production_entered {
            self.back("PRODUCTION_TRAFFIC_SHIFT", "production");
        }
        if self.test_entered {
            self.back("TEST_TRAFFIC_SHIFT", "test");
        }
        self.tell(Told::Stage("CLEAN_UP"));
        self.now = self.now.max(self.settled);
        if healthy {
            self.now += DEREGISTER + self.of.deregistration_delay + EXIT;
        } else if self.launched.is_some() {
            // They are not RUNNING yet: there is nothing to drain and nothing to signal.
            self.now += EXIT - 2;
        }
        self.tell(Told::Status("ROLLBACK_SUCCESSFUL"));
    }

    fn back(&mut self, stage: &'static str, rule: &'static str) {
        self.tell(Told::Stage(stage));
        let weight = if rule == "test" { self.weights.1 } else { self.weights.0 };
        // A rule whose weights do not change makes no shift.
        if weight > 0 {
            self.shift(rule, 0);
        }
        self.hook(stage);
        self.now += if weight > 0 && self.of.network { NETWORK_SHIFT } else { 0 };
    }

    /// Enters a stage and calls its hook.
    fn stage(&mut self, stage: &'static str) -> Result<(), RolledBack> {
        self.enter(stage)?;
        self.hook(stage);
        Ok(())
    }

    fn enter(&mut self, stage: &'static str) -> Result<(), RolledBack> {
        self.wait(0)?;
        self.tell(Told::Stage(stage));
        Ok(())
    }

    fn hook(&mut self, stage: &'static str) {
        if self.of.hooks.contains(&stage) {
            self.tell(Told::Hook(stage));
        }
    }

    fn shift(&mut self, rule: &'static str, target: u32) {
        let weight = if rule == "test" { &mut self.weights.1 } else { &mut self.weights.0 };
        *weight = target;
        self.settled = self.settled.max(self.now + self.of.propagation);
        // At rest 100 and 0, while split whole permille.
        let (source, target) = match target {
            0 => (100, 0),
            1000 => (0, 100),
            split => (1000 - split, split),
        };
        self.tell(Told::Shift(rule, source, target));
    }

    /// Lets time pass, unless the person comes first; what is due in the same second comes after her.
    fn wait(&mut self, seconds: u32) -> Result<(), RolledBack> {
        match self.of.rolls_back_at {
            Some(at) if at <= self.now + seconds => {
                self.now = at;
                Err(RolledBack)
            }
            _ => {
                self.now += seconds;
                Ok(())
            }
        }
    }

    fn tell(&mut self, told: Told) {
        self.told.push((self.now, told));
    }
}
