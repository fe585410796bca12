//! Evidence against single runs: a lane, a cell and a row of advice are recordings, and come to what these come to.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use cutover::engine::simulate;
use cutover::evidence::*;
use cutover::evidence::{advise, map, notice, swing};
use cutover::exports::{summary, trace};
use cutover::formats::read_document;
use cutover::model::*;
use cutover::script::Scripts;
use cutover::session::Session;
use serde_json::{Value, json};

fn document(preset: &str) -> Value {
    serde_json::from_str(crate::presets::text(preset)).expect("a preset is JSON")
}

fn base(preset: &str) -> Base {
    let document = document(preset);
    let scenario = read_document(&document).expect("a preset is a recording").scenario;
    Base::new(&document, scenario.service_deployed(), Terms::default()).expect("a preset is a recording")
}

fn measured(base: &Base, recipes: &[Recipe]) -> Vec<Measured> {
    let mut bench = Workbench::new(base);
    recipes.iter().map(|recipe| bench.measure(recipe)).collect()
}

#[test]
fn a_scoreboard_says_what_the_summary_says() {
    // One preset waits for a person before anything is deployed.
    for (name, text) in crate::presets::ALL.into_iter().filter(|(name, _)| *name != "update-service") {
        let base = base(name);
        let shot = Workbench::new(&base).shoot(&Recipe::plain(base.strategy())).expect("a preset runs");
        let reading = cutover::formats::read(text).expect("a preset is a recording");
        let run = simulate(&reading.scenario, &mut Scripts::compile(&reading.scenario.hooks).runner());
        let summary = summary(&reading.scenario, &run, &reading.assumptions);
        let last = summary["deployments"].as_array().and_then(|list| list.last()).expect("a deployment");
        let of = summary["services"]
            .as_array()
            .and_then(|list| list.iter().find(|it| it["service"] == last["service"]))
            .expect("its service");
        let board = shot.board.to_json();
        for (figure, value) in [
            ("status", &last["status"]),
            ("detectedBy", &last["detectedBy"]),
            ("failedRequests", &summary["requests"]["failed"]),
            ("requests", &summary["requests"]["sent"]),
            ("usersExposed", &summary["usersExposed"]),
            ("usersHurt", &summary["usersHurt"]),
            ("peakTasks", &of["peakTasks"]),
            ("lowestHealthyTasks", &of["lowestHealthyTasks"]),
            ("secondsToDetect", &last["secondsToDetect"]),
            ("secondsToRollBack", &last["secondsToRollBack"]),
        ] {
            assert_eq!(
                board[figure].as_f64().map(Value::from).unwrap_or(board[figure].clone()),
                value.as_f64().map(Value::from).unwrap_or(value.clone()),
                "{name}: {figure}"
            );
        }
        assert_eq!(Scoreboard::from_row(&shot.board.to_row()).as_ref(), Some(&shot.board), "{name}");
    }
}

/// By hand: the opening's canary holds 10 % for 5 min and users follow each change within 5 s; its extra fleet of 6 is
/// there until the bake of 10 min after the last shift is over, and a little longer.
#[test]
fn time_with_two_versions_and_extra_task_minutes_are_what_the_configuration_says() {
    let base = base("opening");
    let good = |strategy| Recipe::plain(strategy).releasing(Release::Good);
    let boards: Vec<Scoreboard> = [StrategyName::Canary, StrategyName::BlueGreen]
        .into_iter()
        .map(|strategy| Workbench::new(&base).measure(&good(strategy)).expect("it runs"))
        .collect();
    assert_eq!(boards[0].two_versions, Span::from_secs(5 * 60 + 5));
    assert_eq!(boards[1].two_versions, Span::from_secs(5));
    for board in &boards {
        assert_eq!(board.status, Some(ServiceDeploymentStatus::Successful));
        let fleet = board.deploy.expect("it ends").0 * 6;
        // From the deployment's start to its end there are twelve tasks; the old ones drain beyond it.
        assert!(board.extra_task_millis > fleet * 9 / 10, "{board:?}");
        let hours = board.extra_task_millis as f64 / 3_600_000.0;
        assert!((board.extra_cost - hours * (0.04048 + 2.0 * 0.004445)).abs() < 1e-9);
    }
}

#[test]
fn an_availability_target_makes_an_error_budget() {
    let document = document("opening");
    let terms = Terms { availability_percent: Some(99.9), ..Terms::default() };
    let base = Base::new(&document, 0, terms).expect("a recording");
    let board = Workbench::new(&base).measure(&Recipe::plain(StrategyName::Rolling)).expect("it runs");
    // 240 requests a second for 30 days, of which one in a thousand may fail.
    let budget = 240.0 * 30.0 * 86_400.0 / 1000.0;
    let share = board.error_budget_percent.expect("a target");
    assert!((share / (board.failed as f64 * 100.0 / budget) - 1.0).abs() < 0.02, "{share}");
}

fn entrant(name: &str, document: Value) -> Entrant {
    Entrant::of(document, Some(name)).expect("a recording")
}

/// A lane of each entrant, by its own strategy, as recorded.
fn race(entrants: &[Entrant]) -> Race {
    let lane = |(entrant, it): (usize, &Entrant)| {
        let strategy = cutover::session::recording::strategy_of(&it.document, it.service);
        LaneAsked { entrant, strategy, release: Release::AsRecorded }
    };
    let lanes: Vec<LaneAsked> = entrants.iter().enumerate().map(lane).collect();
    Race::of_lanes(entrants, &lanes, Terms::default()).expect("recordings")
}

fn boards(race: &Race) -> Vec<Measured> {
    race.lanes.iter().map(|lane| Workbench::new(&race.bases[lane.base]).measure(&lane.recipe)).collect()
}

#[test]
fn identical_lanes_give_identical_results_to_the_byte() {
    let race = race(&[entrant("one", document("opening")), entrant("other", document("opening"))]);
    assert_eq!(race.remarks, [""; 0]);
    let shots: Vec<Shot> = race
        .lanes
        .iter()
        .map(|lane| Workbench::new(&race.bases[lane.base]).shoot(&lane.recipe).expect("it runs"))
        .collect();
    assert_eq!(shots[0].run, shots[1].run);
    assert_eq!(trace(&shots[0].scenario, &shots[0].run), trace(&shots[1].scenario, &shots[1].run));
}

#[test]
fn lanes_race_on_the_first_ones_traffic_and_seed_and_it_is_said() {
    let mut other = document("opening");
    other["seed"] = json!(99);
    other["traffic"]["requestsPerSecond"] = json!(10);
    let race = race(&[entrant("a", document("opening")), entrant("b", other)]);
    assert_eq!(
        race.remarks,
        [
            "b: its traffic is not the first lane's, which holds for all",
            "b: its seed is not the first lane's, which holds for all"
        ]
    );
    let boards = boards(&race);
    assert_eq!(boards[0], boards[1]);
}

/// What befalls the first lane's world befalls every lane; what is done to a service stays its own.
#[test]
fn lanes_meet_the_first_ones_faults_where_they_can_and_keep_what_is_done_to_their_services() {
    let with = |acts: Value| {
        let mut document = document("opening");
        document["interventions"]
            .as_array_mut()
            .expect("a list")
            .extend(acts.as_array().cloned().unwrap_or_default());
        document
    };
    let world = json!({"atSeconds": 30, "setTraffic": {"requestsPerSecond": 600}});
    let zone = json!({"atSeconds": 40, "failAvailabilityZone": {"zone": "eu-central-1c", "forSeconds": 60}});
    let first = with(json!([world, zone]));
    let same = race(&[entrant("a", first.clone()), entrant("b", document("opening"))]);
    assert_eq!(
        same.remarks,
        ["b: what befalls zones, capacity, dependencies and traffic is the first lane's"]
    );
    let came = boards(&same);
    assert_eq!(came[0], came[1]);

    let stopped = json!([{"atSeconds": 100, "stopTask": {"service": "ui"}}]);
    let own = race(&[entrant("a", document("opening")), entrant("b", with(stopped))]);
    assert_eq!(
        own.remarks,
        ["b: what is done to its services is not what is done to the first lane's; each keeps its own"]
    );
    assert_ne!(boards(&own)[0], boards(&own)[1]);

    // A service in one zone cannot lose its third.
    let mut narrow = document("opening");
    narrow["services"][0]["service"]["networkConfiguration"]["awsvpcConfiguration"]["subnets"] =
        json!(["subnet-a"]);
    let shared = race(&[entrant("a", first), entrant("b", narrow)]);
    assert_eq!(
        shared.remarks[1],
        "b: failAvailabilityZone of the first lane cannot befall it: there are 1 Availability Zones, 0 to 0 or a to a"
    );
    assert!(boards(&shared).iter().all(Result::is_ok));
}

#[test]
fn an_entrant_is_read_from_a_recording_ecs_json_a_lesson_and_a_link() {
    use cutover::formats::link::{self, Link, View};
    let opening = document("opening");
    let view = View { service: Some(0), ..View::default() };
    let link = link::write(&Link { document: opening.clone(), view });
    for text in [opening.to_string(), format!("https://example.com/cutover/#{link}"), format!("#{link}")] {
        let entrant = Entrant::read(&text, None).expect("a recording");
        assert_eq!((&entrant.document, entrant.service), (&opening, 0));
        assert_eq!(entrant.name, opening["name"].as_str().expect("a name"));
    }
    let described = include_str!("../data/retail-ui.describe-services.json");
    assert_eq!(Entrant::read(described, None).expect("a service").name, "ui");
    let lesson = include_str!("../../static/lessons/canary.json");
    assert!(Entrant::read(lesson, None).is_ok());
    for (text, why) in [
        ("", "There is nothing to read: choose a recording, open a file, or paste one."),
        ("#drill=three-zones.7", "This is a drill, which hides what it is about; it takes part in no race."),
        (
            "https://example.com/#s=9.abc",
            "This link is of version 9; this page reads versions up to 1: a newer page opens it.",
        ),
    ] {
        let problems = Entrant::read(text, None).expect_err("refused");
        assert_eq!(problems[0].to_string(), why);
    }
    let drill = include_str!("../../static/drills/three-zones.json");
    assert!(Entrant::read(drill, None).expect_err("refused")[0].message.starts_with("This is a drill"));
    let problems = Entrant::read("{\"cutover\": 1, \"servces\": []}", None).expect_err("refused");
    assert!(problems.iter().any(|it| it.nearest.as_deref() == Some("services")), "{problems:?}");
}

#[test]
fn lanes_of_several_recordings_are_told_apart_by_name_and_twins_by_number() {
    let entrants = [entrant("mine", document("opening")), entrant("theirs", document("retail"))];
    let lane = |entrant, release| LaneAsked { entrant, strategy: StrategyName::Canary, release };
    let asked =
        [lane(0, Release::Good), lane(1, Release::Good), lane(0, Release::Good), lane(0, Release::Errors)];
    let race = Race::of_lanes(&entrants, &asked, Terms::default()).expect("recordings");
    let names: Vec<&str> = race.lanes.iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "mine: Canary, good release",
            "theirs: Canary, good release",
            "mine: Canary, good release (2)",
            "mine: Canary, errors"
        ]
    );
    assert_eq!(race.lanes.iter().map(|lane| lane.base).collect::<Vec<_>>(), [0, 1, 0, 0]);
    let came = boards(&race);
    assert_eq!(came[0], came[2]);
}

/// Beside a good release stands a bad one, never the same good one again.
#[test]
fn a_recording_whose_release_is_good_is_set_beside_one_with_errors() {
    for (preset, bad) in [
        ("opening", Release::AsRecorded),
        ("canary-success", Release::Errors),
        ("rolling-stuck", Release::Errors),
        ("rolling-breaker", Release::AsRecorded),
    ] {
        assert_eq!(base(preset).bad_release(), bad, "{preset}");
    }
    let described = include_str!("../data/retail-ui.describe-services.json");
    let imported = Entrant::read(described, None).expect("a service");
    let base = Base::new(&imported.document, imported.service, Terms::default()).expect("a service");
    assert_eq!(base.bad_release(), Release::Errors);
}

/// Prices and promises change no run: the figures are read anew from the same run.
#[test]
fn other_terms_change_the_price_and_the_budget_alone() {
    let (mine, others) =
        (base("opening"), Terms { vcpu_hour: 1.0, gb_hour: 0.5, availability_percent: Some(99.0) });
    let recipe = Recipe::plain(StrategyName::Rolling);
    let cheap = Workbench::new(&mine).measure(&recipe).expect("it runs");
    let dear = Workbench::new(&mine.on(others)).measure(&recipe).expect("it runs");
    assert_eq!(cheap.clone().on(mine.size(), &others), dear);
    assert!(dear.extra_cost > cheap.extra_cost && dear.error_budget_percent.is_some());
    assert_eq!(dear.on(mine.size(), mine.terms()), cheap);
}

#[test]
fn a_cell_of_a_map_is_a_recording_that_plays_to_the_cells_figures() {
    let base = base("opening");
    let recipe = Recipe::plain(StrategyName::Canary);
    let axis = |name: &str, from, to| {
        let parameter = map::parameter(&base, &recipe, name).expect("a parameter");
        Axis::over(&parameter, from, to, 5).expect("a range")
    };
    let map = Map {
        x: axis("canaryPercent", 1.0, 50.0),
        y: axis("canaryBakeTimeInMinutes", 1.0, 9.0),
        recipe: recipe.clone(),
    };
    let recipes = map.recipes();
    let cells = measured(&base, &recipes);
    assert_eq!(cells.len(), 25);
    for cell in [0, 7, 13, 24] {
        let document = base.document(&recipes[cell]).expect("a recording");
        let session = Session::open(&document).expect("it opens");
        let board =
            Scoreboard::of(session.scenario(), session.run(), base.service(), base.size(), base.terms());
        assert_eq!(cells[cell].as_ref(), Ok(&board), "{}", map.text(cell, Figure::FailedRequests, None));
        let configuration = session.scenario().services[0].deployment.strategy;
        let (x, y) = map.place(cell);
        let Strategy::Canary { percent, bake } = configuration else { panic!("{configuration:?}") };
        assert_eq!(json!(f64::from(percent.0) / 10.0).as_f64(), map.x.values[x].as_f64());
        assert_eq!(json!(bake.0 / 60_000), map.y.values[y]);
    }
    assert!(
        map::influence(
            5,
            &cells
                .iter()
                .map(|cell| Figure::FailedRequests.of(cell.as_ref().expect("it runs")))
                .collect::<Vec<_>>()
        )
        .is_some()
    );
}

#[test]
fn the_parameter_that_matters_most_is_found_among_all() {
    let base = base("opening");
    let recipe = Recipe::plain(StrategyName::Canary);
    let levers = swing::levers(&base, &recipe);
    let cells = measured(&base, &swing::recipes(&recipe, &levers));
    let swings = swing::ranked(&levers, &cells, Figure::FailedRequests);
    let widths: Vec<f64> = swings.iter().map(swing::Swing::width).collect();
    assert!(widths.is_sorted_by(|one, other| one >= other));
    assert!(!swings.iter().any(|it| it.lever.axis.parameter == "seed"));
    // No bake after the last shift matters to a release that is caught before.
    assert!(!swings.iter().any(|it| it.lever.axis.parameter == "bakeTimeInMinutes"));
    assert!(swings.iter().any(|it| it.lever.axis.parameter == "canaryPercent"));
}

#[test]
fn a_misspelt_parameter_is_refused_with_the_nearest_name() {
    let base = base("opening");
    let recipe = Recipe::plain(StrategyName::Canary);
    let why = map::parameter(&base, &recipe, "canaryPercant").expect_err("no such name");
    assert_eq!(why, "canaryPercant is no parameter of this service by CANARY (nearest: canaryPercent)");
    let measured = Workbench::new(&base).measure(&recipe.with("minimumHealthyPercent", json!(50)));
    assert_eq!(measured, Err("minimumHealthyPercent: is no parameter of this service by CANARY".to_owned()));
}

/// What the opening's configuration sees of each bad release. Its alarm watches errors alone.
#[test]
fn who_notices_is_told_for_every_bad_release() {
    let base = base("opening");
    let recipes = notice::recipes(&StrategyName::ALL);
    let mut bench = Workbench::new(&base);
    let notices: Vec<Notice> = recipes
        .iter()
        .map(|recipe| Notice::of(&base, recipe, &bench.shoot(recipe).expect("it runs")))
        .collect();
    let told: String =
        notices.iter().map(|it| format!("{} {}: {}\n", it.strategy, it.release.key(), it.text())).collect();
    crate::golden::compare(&told, include_str!("../golden/who-notices.txt"), "who-notices.txt");
    for notice in &notices {
        assert_eq!(Notice::from_json(&notice.to_json()).as_ref(), Some(notice));
    }
}

fn small_advice() -> Advice {
    Advice {
        seeds: 3,
        mix: Mix(vec![(Release::Good, 9), (Release::Errors, 1)]),
        limits: Limits { extra_percent: Some(60.0), ..Limits::default() },
        ..Advice::default()
    }
}

#[test]
fn advice_keeps_its_limits_and_is_the_same_again() {
    let base = base("opening");
    let advice = small_advice();
    let candidates: Vec<Candidate> = advise::candidates()
        .into_iter()
        .filter(|it| it.recipe.edits.len() < 2 || it.recipe.strategy == StrategyName::Rolling)
        .collect();
    let ask = || {
        let first = measured(&base, &advice.recipes(0, &candidates));
        let finalists = advice.finalists(&candidates, &first);
        let finals: Vec<Candidate> = finalists.iter().map(|place| candidates[*place].clone()).collect();
        let second = measured(&base, &advice.recipes(1, &finals));
        Found {
            considered: candidates.clone(),
            chosen_by: advice.findings(&first),
            finalists,
            reported: advice.findings(&second),
        }
    };
    let found = ask();
    assert_eq!(found, ask());
    let best = found.recommended(&advice).expect("something is within the limits");
    // Only rolling does with less than a second fleet.
    assert_eq!(found.finalist(best).expect("a finalist").recipe.strategy, StrategyName::Rolling);
    assert_eq!(found.rows().count(), found.finalists.len());
    for (_, finalist, finding) in found.rows() {
        let shifts = finalist.recipe.strategy.shifts();
        assert_eq!(shifts, finding.extra_percent > 60.0, "{}", finalist.text());
        assert!(!shifts || !finding.broken.is_empty(), "{}", finalist.text());
        assert!(finding.failed.low <= finding.failed.mean && finding.failed.mean <= finding.failed.high);
        assert_eq!(finding.failed.runs, 6);
    }
}

/// The mean over the mix by hand, from single runs.
#[test]
fn a_findings_mean_is_the_weighed_mean_of_its_single_runs() {
    let base = base("opening");
    let advice = small_advice();
    let candidate = Candidate { recipe: Recipe::plain(StrategyName::Canary), as_configured: true };
    let recipes = advice.recipes(1, [&candidate]);
    let boards = measured(&base, &recipes);
    let mean = |release: Release| {
        let mine = recipes.iter().zip(&boards).filter(|(recipe, _)| recipe.release == release);
        let failed: Vec<f64> =
            mine.map(|(_, board)| board.as_ref().expect("it runs").failed as f64).collect();
        failed.iter().sum::<f64>() / failed.len() as f64
    };
    let finding = advice.findings(&boards).remove(0).expect("it runs");
    let by_hand = 0.9 * mean(Release::Good) + 0.1 * mean(Release::Errors);
    assert!((finding.failed.mean - by_hand).abs() < 1e-9 * by_hand.max(1.0));
}

#[test]
fn a_recipe_reads_back_as_it_was_written() {
    let recipe = Recipe::plain(StrategyName::Linear)
        .releasing(Release::SlowLeak)
        .seeded(u64::MAX >> 12)
        .with("stepPercent", json!(12.5));
    assert_eq!(Recipe::from_json(&recipe.to_json()), Some(recipe));
}

#[test]
fn what_an_errand_brings_reads_back_as_it_was_sent() {
    use cutover::evidence::errand::{Answer, Wanted};
    let base = base("opening");
    let sent = Base::from_json(&base.to_json()).expect("it reads back");
    assert_eq!(sent, base);
    let mut bench = Workbench::new(&base);
    let bad = Recipe::plain(StrategyName::Canary);
    let refused = bad.clone().with("canaryPercent", json!("much"));
    for wanted in [Wanted::Figures, Wanted::Lane, Wanted::Notice] {
        assert_eq!(Wanted::named(wanted.word()), Some(wanted));
        for recipe in [&bad, &refused] {
            let answer = wanted.fetch(&mut bench, &base, recipe);
            assert_eq!(Answer::from_json(&answer.to_json()).as_ref(), Some(&answer));
            assert_eq!(matches!(answer, Answer::Figures(Err(_))), recipe == &refused);
        }
    }
}

#[test]
fn a_course_begins_without_users_and_ends_with_the_figures_of_its_lane() {
    let base = base("opening");
    let shot = Workbench::new(&base).shoot(&Recipe::plain(StrategyName::Canary)).expect("it runs");
    let course = Course::of(&base, &shot);
    let (first, last) = (course.at(SimTime::ZERO), course.at(course.end));
    // The second fleet is asked for at once.
    assert_eq!((first.share, first.tasks, first.failed, first.over), (0, 12, 0, false));
    assert_eq!((last.share, last.tasks, last.failed, last.over), (0, 6, shot.board.failed, true));
    // The canary's tenth.
    assert_eq!(course.share.iter().max(), Some(&100));
    assert_eq!(course.tasks.iter().max(), Some(&shot.board.peak_tasks));
    let picture = cutover::evidence::picture::race(&[("Canary & co".to_owned(), &course)]);
    assert!(
        picture.contains("Canary &amp; co") && picture.starts_with("<svg") && picture.ends_with("</svg>")
    );
}

#[test]
fn a_report_counts_the_assumptions_and_gives_the_recommendation() {
    use cutover::evidence::report::Report;
    let base = base("canary-success");
    let advice = Advice { seeds: 2, mix: Mix(vec![(Release::Good, 1)]), ..Advice::default() };
    let candidates: Vec<Candidate> = advise::candidates().into_iter().filter(|it| it.as_configured).collect();
    let measured = measured(&base, &advice.recipes(1, &candidates));
    let findings = advice.findings(&measured);
    let found = Found {
        finalists: (0..candidates.len()).collect(),
        considered: candidates,
        chosen_by: findings.clone(),
        reported: findings,
    };
    let mut report = Report::about(&base, "Canary or not?", Some("https://example.com/#s=1"));
    report.advice(&advice, &found);
    let text = report.markdown();
    let assumed = read_document(base.recording()).expect("a recording").assumptions.len();
    assert!(text.contains("Canary or not?") && text.contains("](https://example.com/#s=1)"), "{text}");
    assert!(text.contains(&format!("## {assumed} assumption")) || assumed == 0, "{text}");
    assert!(
        text.contains("## Recommendation") && text.contains(", as configured: 0 failed requests"),
        "{text}"
    );
}

#[test]
fn a_good_release_behaves_well_however_the_file_names_the_service_that_does_not() {
    let mut document = document("opening");
    let acts = document["interventions"].as_array_mut().expect("a list");
    acts.push(json!({"atSeconds": 60, "setBehavior": {"revision": "42", "behavior": {"errorPercent": 50}}}));
    acts.push(json!({"atSeconds": 100, "setTraffic": {"requestsPerSecond": 120}}));
    let base = Base::new(&document, 0, Terms::default()).expect("it is a recording");
    let recipe = Recipe::plain(StrategyName::Canary).releasing(Release::Good);
    let shot = Workbench::new(&base).shoot(&recipe).expect("it runs");
    assert_eq!(shot.board.failed, 0);
    let set = shot.scenario.interventions.iter().filter_map(|it| match it.act {
        Act::SetTraffic { rate } => Some(rate.as_per_second()),
        _ => None,
    });
    assert_eq!(set.collect::<Vec<_>>(), [120.0, 120.0], "what it is watched at is what holds by then");
}

#[test]
fn tasks_that_a_person_asked_for_are_not_extra() {
    let mut document = document("opening");
    let acts = document["interventions"].as_array_mut().expect("a list");
    acts.insert(0, json!({"atSeconds": 0, "setDesiredCount": {"service": "ui", "desiredCount": 12}}));
    acts[1]["atSeconds"] = json!(300);
    let base = Base::new(&document, 0, Terms::default()).expect("it is a recording");
    let extra = |strategy| {
        let recipe = Recipe::plain(strategy).releasing(Release::Good);
        Workbench::new(&base).shoot(&recipe).expect("it runs").board.most_extra_percent
    };
    assert_eq!(extra(StrategyName::Rolling), 50.0, "maximumPercent is 150");
    assert_eq!(extra(StrategyName::Canary), 100.0, "a second fleet");
}
