//! What watches a deployment: how near the circuit breaker and the alarms are.

use super::present::Speaker;
use super::reason::{ALARMS, BREAKER};
use super::sentence::Sentence;
use super::words::*;
use crate::engine::DeploymentRun;
use crate::model::*;

impl Speaker<'_> {
    /// How near the circuit breaker is, once it has counted.
    pub(super) fn breaker(&self, deployment: &DeploymentRun) -> Sentence {
        match deployment.breaker.at(self.at) {
            Some(state) if state.status == MonitorStatus::Monitoring && state.failure_count > 0 => {
                Sentence::default()
                    .plain("The circuit breaker has counted ")
                    .failure(of(state.failure_count, state.threshold))
                    .plain(" failed tasks.")
                    .from_source(BREAKER)
            }
            _ => Sentence::default(),
        }
    }

    /// What the deployment's alarms have seen, and what the next bad period would do.
    pub(super) fn alarms(&self, deployment: &DeploymentRun) -> Sentence {
        let configuration = &deployment.configuration.alarms;
        if !configuration.enable || configuration.alarm_names.is_empty() {
            return Sentence::default().plain("No alarm watches: only time passes.");
        }
        if deployment.alarms.at(self.at) != Some(&MonitorStatus::Monitoring) {
            return Sentence::default()
                .plain("An alarm was red at the start, so ")
                .failure("none is watched")
                .plain(".")
                .from_source(ALARMS);
        }
        let named = self.scenario.alarms.iter().enumerate();
        let watched = named.filter(|(_, alarm)| configuration.alarm_names.contains(&alarm.name));
        let started = deployment.status.steps().first().map_or(SimTime::ZERO, |step| step.0);
        let seen = watched.filter_map(|(index, alarm)| {
            let periods = &self.run.alarms.get(index)?.periods;
            let last = periods.iter().rfind(|period| period.end <= self.at && period.end > started);
            Some((alarm, last.map_or((0, None), |period| (period.breaching_in_a_row, period.measure))))
        });
        // Of several, the one that is nearest to ALARM.
        let nearest = seen.min_by_key(|(alarm, (bad, _))| alarm.evaluation_periods.saturating_sub(*bad));
        let Some((alarm, (bad, measure))) = nearest else { return Sentence::default() };
        let word = period_word(alarm.period);
        let one_of_many = configuration.alarm_names.len() > 1;
        let who = if one_of_many { format!("Alarm {}", alarm.name) } else { "The alarm".to_owned() };
        let said = measure.map(|measure| measure_text(measure, alarm.metric));
        let next = SimTime((self.at.0 / alarm.period.0.max(1) + 1) * alarm.period.0.max(1));
        let sentence = match (bad, said) {
            (0, None) => Sentence::default()
                .plain(format!("{who} has no data yet; it judges the next {word} at "))
                .number(next)
                .plain("."),
            (0, Some(said)) => {
                Sentence::default().plain(format!("{who} has seen no bad {word}: ")).formula(said).plain(".")
            }
            (bad, said) => {
                let left = alarm.evaluation_periods.saturating_sub(bad);
                let begin = Sentence::default()
                    .plain(format!("{who} has seen "))
                    .failure(of(bad, alarm.evaluation_periods))
                    .plain(format!(" bad {}", plural_period(alarm.period)));
                let begin = match said {
                    Some(said) => begin.plain(": ").formula(said).plain(". "),
                    None => begin.plain(". "),
                };
                let (then, would) = match configuration.rollback {
                    true if deployment.is_first() => ("fails the deployment", "fail the deployment"),
                    true => ("takes everyone back", "take everyone back"),
                    false => ("stops the deployment", "stop the deployment"),
                };
                match left {
                    0 => begin.plain("It is about to be in ALARM."),
                    1 => begin
                        .plain(format!("A {} one, at ", ordinal(bad + 1)))
                        .number(next)
                        .plain(format!(", {then}.")),
                    left => begin.plain(format!("{left} more in a row would {would}.")),
                }
            }
        };
        sentence.from_source(ALARMS)
    }
}

fn plural_period(period: Span) -> String {
    if period == Span::from_mins(1) { "minutes".to_owned() } else { format!("periods of {period}") }
}

fn ordinal(number: u32) -> String {
    match number {
        1 => "first".to_owned(),
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        4 => "fourth".to_owned(),
        5 => "fifth".to_owned(),
        _ => "further".to_owned(),
    }
}
