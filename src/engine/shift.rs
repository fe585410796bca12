//! The order of the lifecycle stages, as data: what follows what on the way there and on the way back.

use crate::model::{LifecycleStage, StrategyName};

/// A place in the deployment's course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The stage; `None` is the replacing of tasks under ROLLING, for which ECS publishes no name.
    pub stage: Option<LifecycleStage>,
    /// Which traffic step, from 0, in the two stages that repeat; 0 elsewhere.
    pub step: usize,
}

/// What decides which stages a deployment has.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// Which strategy: only CANARY and LINEAR repeat their two shift stages.
    pub strategy: StrategyName,
    /// How many traffic steps.
    pub steps: usize,
    /// Whether more than one revision was active at the start.
    pub several_sources: bool,
    /// Whether a hook is attached to PRE_SCALE_UP; ROLLING has that stage only then.
    pub pre_scale_up_hook: bool,
    /// Whether ROLLING bakes: only where alarms with rollback watch.
    pub rolling_bake: bool,
}

/// Which of the two stages that shift traffic a deployment has entered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shifted {
    /// TEST_TRAFFIC_SHIFT.
    pub test: bool,
    /// PRODUCTION_TRAFFIC_SHIFT.
    pub production: bool,
}

impl Course {
    /// The first place.
    pub fn first(&self) -> Place {
        use LifecycleStage::*;
        let stage = match self.strategy {
            StrategyName::Rolling if self.pre_scale_up_hook => Some(PreScaleUp),
            StrategyName::Rolling => None,
            _ if self.several_sources => Some(ReconcileService),
            _ => Some(PreScaleUp),
        };
        Place { stage, step: 0 }
    }

    /// The place after `place`; `None` when the deployment is done.
    ///
    /// Only PRE_PRODUCTION_TRAFFIC_SHIFT and PRODUCTION_TRAFFIC_SHIFT repeat, once for each traffic step ("Lifecycle
    /// hooks for Amazon ECS service deployments").
    pub fn after(&self, place: Place) -> Option<Place> {
        use LifecycleStage::*;
        let at = |stage, step| Some(Place { stage: Some(stage), step });
        if self.strategy == StrategyName::Rolling {
            return match place.stage {
                Some(PreScaleUp) => Some(Place { stage: None, step: 0 }),
                None if self.rolling_bake => at(BakeTime, 0),
                _ => None,
            };
        }
        match place.stage? {
            ReconcileService => at(PreScaleUp, 0),
            PreScaleUp => at(ScaleUp, 0),
            ScaleUp => at(PostScaleUp, 0),
            PostScaleUp => at(TestTrafficShift, 0),
            TestTrafficShift => at(PostTestTrafficShift, 0),
            PostTestTrafficShift => at(PreProductionTrafficShift, 0),
            PreProductionTrafficShift => at(ProductionTrafficShift, place.step),
            ProductionTrafficShift if place.step + 1 < self.steps => {
                at(PreProductionTrafficShift, place.step + 1)
            }
            ProductionTrafficShift => at(PostProductionTrafficShift, 0),
            PostProductionTrafficShift => at(BakeTime, 0),
            BakeTime => at(CleanUp, 0),
            CleanUp => None,
        }
    }

    /// The places of a rollback, in order: of the two stages that run again only those that had been entered,
    /// production first ("Lambda hooks for Amazon ECS service deployments").
    pub fn way_back(&self, shifted: Shifted) -> Vec<Place> {
        use LifecycleStage::*;
        if self.strategy == StrategyName::Rolling {
            return vec![Place { stage: None, step: 0 }];
        }
        [(shifted.production, ProductionTrafficShift), (shifted.test, TestTrafficShift), (true, CleanUp)]
            .into_iter()
            .filter(|(entered, _)| *entered)
            .map(|(_, stage)| Place { stage: Some(stage), step: 0 })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages(course: Course) -> Vec<&'static str> {
        std::iter::successors(Some(course.first()), |&place| course.after(place))
            .map(|place| place.stage.map_or("(roll)", LifecycleStage::api_name))
            .collect()
    }

    const PLAIN: Course = Course {
        strategy: StrategyName::BlueGreen,
        steps: 1,
        several_sources: false,
        pre_scale_up_hook: false,
        rolling_bake: false,
    };

    #[test]
    fn blue_green_passes_every_stage_once() {
        assert_eq!(
            stages(PLAIN),
            [
                "PRE_SCALE_UP",
                "SCALE_UP",
                "POST_SCALE_UP",
                "TEST_TRAFFIC_SHIFT",
                "POST_TEST_TRAFFIC_SHIFT",
                "PRE_PRODUCTION_TRAFFIC_SHIFT",
                "PRODUCTION_TRAFFIC_SHIFT",
                "POST_PRODUCTION_TRAFFIC_SHIFT",
                "BAKE_TIME",
                "CLEAN_UP"
            ]
        );
    }

    #[test]
    fn only_two_stages_repeat_with_the_steps() {
        let linear = stages(Course { strategy: StrategyName::Linear, steps: 5, ..PLAIN });
        let count = |name| linear.iter().filter(|stage| **stage == name).count();
        assert_eq!(count("PRE_PRODUCTION_TRAFFIC_SHIFT"), 5);
        assert_eq!(count("PRODUCTION_TRAFFIC_SHIFT"), 5);
        assert_eq!(count("POST_PRODUCTION_TRAFFIC_SHIFT"), 1);
    }

    #[test]
    fn rolling_has_a_stage_only_for_hooks_and_for_alarms() {
        let rolling = Course { strategy: StrategyName::Rolling, ..PLAIN };
        assert_eq!(stages(rolling), ["(roll)"]);
        let watched = Course { pre_scale_up_hook: true, rolling_bake: true, ..rolling };
        assert_eq!(stages(watched), ["PRE_SCALE_UP", "(roll)", "BAKE_TIME"]);
    }
}
