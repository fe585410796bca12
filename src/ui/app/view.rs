//! The page as it stands: its parts in their places, each given what it shows and what its controls send.

use super::App;
use crate::model::SimTime;
use crate::session::drill::Means;
use crate::session::inspect::{Life, Subject, deployments, inspect};
use crate::session::{Deed, Msg};
use crate::ui::panels::application::Application;
use crate::ui::panels::asked::Asked;
use crate::ui::panels::drill::DrillCard;
use crate::ui::panels::events::Events;
use crate::ui::panels::header::Header;
use crate::ui::panels::import::Assumptions;
use crate::ui::panels::inspector::Inspector;
use crate::ui::panels::interventions::Interventions;
use crate::ui::panels::lesson::LessonCard;
use crate::ui::panels::meaning::Meaning;
use crate::ui::panels::notices::Notices;
use crate::ui::panels::parameters::Parameters;
use crate::ui::panels::so_far::{CameTo, SoFarTiles};
use crate::ui::panels::strip::Strip;
use crate::ui::panels::tabs::{self, Tabs};
use crate::ui::panels::teach;
use crate::ui::panels::transport::Transport;
use crate::ui::panels::why::Why;
use crate::ui::present::{Idea, Presenter};
use crate::ui::print;
use crate::ui::stage::Stage;
use crate::ui::timeline::TimelineView;
use std::rc::Rc;
use yew::prelude::*;

impl App {
    pub(super) fn page(&self, ctx: &Context<Self>) -> Html {
        let strategy = self.session.strategy();
        let drilled = self.session.keeps_secret();
        let controls = &self.controls;
        html! {
            <div class={classes!("page", self.presenting.map(Idea::class))}>
                { self.header() }
                <main>
                    <Tabs standings={self.shown.standings.clone()} chosen={strategy} locked={drilled}
                        choose={self.controls.choose_strategy.clone()} />
                    { for self.presenting.map(|idea| html! { <h2 class="said">{ idea.name() }</h2> }) }
                    <div class="bench">
                        { for self.session.card().map(|card| html! {
                            <LessonCard {card} send={controls.send.clone()} after={self.course.next(&self.session)} open={controls.open.clone()} />
                        }) }
                        // The card of a drill stands where the parameters would, which tell nothing of it.
                        { self.drill().unwrap_or_else(|| self.parameters()) }
                        { self.centre() }
                        { self.results() }
                    </div>
                    { self.below() }
                    <Meaning />
                </main>
                <p class="said" aria-live="polite">{ &self.said }</p>
                { self.over_the_page(ctx) }
                if self.printing {
                    { if drilled { print::kept_secret(&self.session) } else { print::storyboard(&self.session) } }
                }
            </div>
        }
    }

    fn header(&self) -> Html {
        let (session, controls) = (&self.session, &self.controls);
        let label = |label: Option<&str>| label.map(|label| AttrValue::from(label.to_owned()));
        let status = self.shown.frame.deployment.as_ref().and_then(|deployment| deployment.status);
        html! {
            <Header title={AttrValue::from(session.scenario().name.clone())} release={self.release()}
                status={status.map(|status| AttrValue::from(status.api_name()))} theme={self.theme} drilled={session.keeps_secret()}
                undo={label(session.undo_label())} redo={label(session.redo_label())} ghost={self.ghost_in_words()}
                dismiss_ghost={controls.dismiss_ghost.clone()} take_back={controls.take_back.clone()} make_again={controls.make_again.clone()}
                open={controls.open.clone()} present={controls.present.clone()} choose_theme={controls.choose_theme.clone()} />
        }
    }

    /// The card of the drill that is open.
    fn drill(&self) -> Option<Html> {
        let duty = self.session.duty()?;
        let again = Msg::OpenDrill { drill: duty.drill().clone(), seed: teach::any_seed() };
        let stop = self.shown.offers.iter().find(|offer| offer.deed == Means::StopTask.deed())?;
        Some(html! {
            <DrillCard board={duty.board()} now={SimTime(self.shown.told.at.0 / 1000 * 1000)} no_stop={stop.refused.clone().map(AttrValue::from)}
                {again} next={self.course.next_drill(&self.session)} send={self.controls.send.clone()} />
        })
    }

    fn parameters(&self) -> Html {
        let (shown, controls) = (&self.shown, &self.controls);
        let target = shown.frame.target.as_ref().map(|look| AttrValue::from(look.name.clone()));
        html! {
            <Parameters parameters={shown.parameters.clone()} strategy={tabs::name(self.session.strategy())}
                release={target.unwrap_or_default()} verdict={shown.verdict.clone()} veiled={self.session.is_curtain_drawn()}
                wrong={self.wrong_parameter()} hooks={shown.hooks.clone()}
                open_studio={controls.open_studio.clone()} update_service={controls.open_update.clone()} edit={controls.edit.clone()} />
        }
    }

    fn centre(&self) -> Html {
        let (session, frame, controls) = (&self.session, &self.shown.frame, &self.controls);
        let deployment = frame.deployment.as_ref();
        let items = deployment.map(|deployment| deployment.strip.clone()).unwrap_or_default();
        let ongoing = deployment.and_then(|it| it.status).is_some_and(|status| !status.is_terminal());
        html! {
            <div class="centre">
                <Application services={frame.application.clone()} chosen={session.service()}
                    pipeline={frame.pipeline.clone()} now={SimTime(frame.at.0 / 1000 * 1000)}
                    choose={controls.choose_service.clone()} />
                <Why sentence={self.shown.why.clone()} />
                <Strip items={Rc::new(items)} seek={controls.seek.clone()} />
                <Asked approval={frame.approval.clone().filter(|_| ongoing)} open={self.can(Deed::Approve)}
                    paused={frame.paused.clone().map(AttrValue::from)}
                    answer={controls.answer.clone()} go_on={controls.go_on.clone()} />
                <div class="stage-room">
                    <Stage frame={frame.clone()} told={self.shown.told.clone()} root={self.painter.stage.clone()}
                        canvas={self.painter.canvas.clone()} legend={self.legend()}
                        inspect={controls.look_at.clone()} />
                </div>
                <Notices notice={session.notice().map(|notice| AttrValue::from(notice.to_owned()))}
                    problems={self.problems_on_page()} kept={self.kept.is_some()}
                    dismiss={controls.dismiss_notice.clone()} restore={controls.restore.clone()} />
            </div>
        }
    }

    fn results(&self) -> Html {
        let (session, shown, controls) = (&self.session, &self.shown, &self.controls);
        let deployments = deployments(session.scenario(), session.run(), session.service(), shown.frame.at);
        html! {
            <aside class="panel results panels-last" aria-label="Result">
                <Inspector frame={shown.told.clone()} looked_at={self.looked_at()} {deployments}
                    inspect={controls.inspect.clone()} seek={controls.seek.clone()} />
                <section class="so-far">
                    <h2>{ "So far" }</h2>
                    <button type="button" class="quiet"
                        onclick={controls.open_tables.reform(|_: MouseEvent| ())}>{ "Tables" }</button>
                    <SoFarTiles so_far={shown.told.so_far} />
                    <CameTo lines={shown.result.clone()} />
                </section>
                if !session.keeps_secret() {
                    <Interventions listed={shown.interventions.clone()} send={controls.send.clone()} />
                }
                <Assumptions warnings={shown.warnings.clone()} assumptions={shown.assumptions.clone()}
                    open={self.sheet_open} toggle={controls.toggle_sheet.clone()} />
                <h2>{ "Events" }</h2>
                <Events rows={shown.rows.clone()} left_out={shown.left_out} seek={controls.seek.clone()}
                    inspect={controls.look_at_event.clone()} />
            </aside>
        }
    }

    fn below(&self) -> Html {
        let (session, shown, controls) = (&self.session, &self.shown, &self.controls);
        let (playback, curtain) = (session.playback(), session.is_curtain_drawn());
        let true_scale = (!shown.timeline.folds.is_empty()).then_some(session.is_true_scale());
        html! {
            <div class="below">
                { for self.presenting.map(|idea| html! {
                    <Presenter {idea} blank={self.blank} {curtain} show={controls.show_idea.clone()}
                        toggle_curtain={controls.toggle_curtain.clone()} />
                }) }
                <Transport playhead={shown.told.at} playing={playback.playing} speed={playback.speed}
                    more={playback.playhead < shown.timeline.end} earlier={session.has_previous_stage()}
                    next_stage={session.has_next_stage()} offers={shown.offers.clone()} way_back={session.price()} {curtain}
                    drilled={session.keeps_secret()} pointed={session.card().is_some_and(|card| card.points_at_play)} {true_scale} send={controls.send.clone()} />
                <TimelineView timeline={shown.timeline.clone()} ghost={shown.ghost.clone()} axis={shown.axis.clone()} {curtain}
                    fate={shown.fate.clone()} prices={shown.prices.clone()} price={session.price()}
                    playhead={shown.told.at} said={self.time_in_words()}
                    target={shown.told.target.as_ref().map(|look| look.called.clone()).unwrap_or_default()}
                    share={shown.told.production.weights.map(|_| shown.told.production.actual)}
                    now={self.playhead.layer.clone()} seek={controls.seek.clone()} />
            </div>
        }
    }

    fn can(&self, deed: Deed) -> bool {
        self.shown.offers.iter().any(|offer| offer.deed == deed && offer.refused.is_none())
    }

    /// What is looked at, with its life so far; nothing where the playhead has not come to it.
    fn looked_at(&self) -> Option<(Subject, Life)> {
        let (session, at) = (&self.session, self.session.playback().playhead);
        let life = inspect(session.scenario(), session.run(), session.service(), self.inspected?, at)?;
        self.inspected.map(|subject| (subject, life))
    }
}
