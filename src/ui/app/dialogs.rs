//! The dialog that lies over the page, if one does: what it shows, and what is asked for in it.

use super::later::Later;
use super::{App, Happening};
use crate::engine::HookRecord;
use crate::evidence::entrant::name_of;
use crate::exports::snippet::{Snippet, Wish};
use crate::exports::{Exported, export, picture};
use crate::model::SimTime;
use crate::session::tables::tables;
use crate::session::{Draft, HookEdit, Msg, Trial};
use crate::ui::compare::{Asked, Compare};
use crate::ui::dialog::Dialog;
use crate::ui::panels::embed::Embed;
use crate::ui::panels::export::{Choice, Export};
use crate::ui::panels::help::Help;
use crate::ui::panels::import::Import;
use crate::ui::panels::share::Share;
use crate::ui::panels::tables::Tables;
use crate::ui::panels::teach::Teach;
use crate::ui::panels::update_service::UpdateService;
use crate::ui::shared::Shared;
use crate::ui::shown::in_words;
use crate::ui::studio::Studio;
use crate::ui::{address, take_away};
use serde_json::Value;
use std::rc::Rc;
use yew::prelude::*;

/// The dialog that is open, with what it shows.
pub(super) enum Open {
    /// Lessons.
    Lessons,
    /// Compare: the recording as it stood when Compare was opened, and what was open before it.
    Compare(Shared<Asked>),
    /// Import: what was wrong with the text that was submitted last.
    Import(Vec<AttrValue>),
    /// Embed: what the author wishes, and what that comes to.
    Embed(Wish, Snippet),
    /// Help.
    Help,
    /// The studio: the hooks' calls up to the playhead, and the draft that was tried, by its function's name.
    Studio { calls: Shared<Vec<HookRecord>>, trial: Option<(AttrValue, Shared<Trial>)> },
    /// Update service: what was typed into it.
    Update(Draft),
    /// Tables.
    Tables,
    /// Share: the link, and whether it is one to a drill.
    Share(AttrValue, bool),
    /// Export: the form that is chosen, the recording in it, and what is wrong with the instants that were asked for.
    Export { choice: Choice, exported: Shared<Exported>, wrong: AttrValue },
}

impl Open {
    /// Which dialog it is.
    pub(super) const fn dialog(&self) -> Dialog {
        match self {
            Open::Lessons => Dialog::Lessons,
            Open::Compare(_) => Dialog::Compare,
            Open::Import(_) => Dialog::Import,
            Open::Embed(..) => Dialog::Embed,
            Open::Help => Dialog::Help,
            Open::Studio { .. } => Dialog::Studio,
            Open::Update(_) => Dialog::Update,
            Open::Tables => Dialog::Tables,
            Open::Share(..) => Dialog::Share,
            Open::Export { .. } => Dialog::Export,
        }
    }
}

/// What a person asks for in a dialog. One that has been closed meanwhile is asked in vain.
pub enum Inside {
    /// The recording is to be had in a form, a filmstrip of these instants as they were typed.
    Export(Choice, String),
    /// The recording is to be kept as a file.
    Download,
    /// The figure is to be another one.
    Wish(Wish),
    /// A draft of the script behind a function is to be tried.
    TryScript(String, String),
    /// A field of Update service was given another text.
    Drafted(&'static str, String),
    /// A hook was attached, moved or removed there.
    Hooked(HookEdit),
    /// What the service lacks there is to be filled in with examples.
    FillIn,
    /// The call that it has come to is to be made.
    UpdateService,
}

impl App {
    /// Opens a dialog, or closes the one that is open.
    pub(super) fn turn_to(&mut self, ctx: &Context<Self>, dialog: Option<Dialog>) -> bool {
        if self.open() == dialog {
            // One that is still awaited is not wanted any more.
            if let (None, Later::Awaited(awaited)) = (dialog, &mut self.later) {
                *awaited = None;
            }
            return false;
        }
        let rest = if dialog.is_some() { self.rest_for(ctx, dialog) } else { None };
        if dialog.is_some() && rest.is_none() {
            return false;
        }
        let before = self.dialog.take();
        // What was wrong with a file is said in the dialog; nothing of it stays on the page.
        if matches!(before, Some(Open::Import(problems)) if !problems.is_empty()) {
            let _ = self.tell(ctx, Msg::DismissNotice);
        }
        // What is read, and what a call is made at, must not run away meanwhile.
        if matches!(dialog, Some(Dialog::Tables | Dialog::Update)) {
            let _ = self.tell(ctx, Msg::Pause);
        }
        if dialog == Some(Dialog::Lessons) {
            self.course.ask(ctx);
        }
        self.dialog = dialog.zip(rest).map(|(dialog, rest)| (rest.opened)(self, dialog));
        true
    }

    /// A dialog as it stands when it is opened.
    pub(super) fn opened(&self, dialog: Dialog) -> Open {
        match dialog {
            Dialog::Lessons => Open::Lessons,
            Dialog::Compare => Open::Compare(Shared::new(self.asked_of_compare())),
            Dialog::Import => Open::Import(Vec::new()),
            Dialog::Embed => {
                let wish = Wish::default();
                let snippet = Snippet::of(&self.session, &wish);
                Open::Embed(wish, snippet)
            }
            Dialog::Help => Open::Help,
            Dialog::Studio => Open::Studio { calls: self.calls(), trial: None },
            Dialog::Update => Open::Update(Draft::default()),
            Dialog::Tables => Open::Tables,
            Dialog::Share => {
                let drill = self.course.link_of_drill(&self.session);
                let fragment = drill.clone().unwrap_or_else(|| self.session.link());
                Open::Share(AttrValue::from(address::with_fragment(&fragment)), drill.is_some())
            }
            Dialog::Export => {
                let choice = Choice::ALL[0];
                Open::Export { choice, exported: self.export(choice, &[]), wrong: AttrValue::default() }
            }
        }
    }

    /// Does what was asked for in the dialog that is open.
    pub(super) fn inside(&mut self, ctx: &Context<Self>, asked: Inside) -> bool {
        match (asked, &mut self.dialog) {
            (Inside::Export(choice, text), Some(Open::Export { wrong, .. })) => {
                match picture::instants(&self.session, &text) {
                    Ok(instants) => {
                        let exported = self.export(choice, &instants);
                        self.dialog = Some(Open::Export { choice, exported, wrong: AttrValue::default() });
                    }
                    Err(problem) => *wrong = AttrValue::from(problem.to_string()),
                }
            }
            (Inside::Download, _) => {
                let choice = Choice::ALL[0];
                let recording = self.export(choice, &[]);
                take_away::download("recording.json", choice.form.kind(), &recording.text);
                return false;
            }
            (Inside::Wish(wish), Some(Open::Embed(..))) => {
                let snippet = Snippet::of(&self.session, &wish);
                self.dialog = Some(Open::Embed(wish, snippet));
            }
            (Inside::TryScript(hook, source), Some(Open::Studio { trial, .. })) => {
                let tried = self.session.try_script(&hook, &source);
                *trial = Some((hook.into(), Shared::new(tried)));
            }
            (Inside::Drafted(field, text), Some(Open::Update(draft))) => {
                draft.fields.insert(field, text);
            }
            (Inside::Hooked(edit), Some(Open::Update(draft))) => draft.hooks.push(edit),
            (Inside::FillIn, Some(Open::Update(draft))) => {
                for field in self.session.update_form(draft).fields {
                    if field.text.is_empty() && !field.example.is_empty() {
                        draft.fields.insert(field.name, field.example);
                    }
                }
            }
            (Inside::UpdateService, Some(Open::Update(draft))) => {
                let draft = std::mem::take(draft);
                self.dialog = None;
                return self.tell(ctx, Msg::UpdateService(draft));
            }
            _ => return false,
        }
        true
    }

    /// Whether what was opened is somebody's service, whose assumptions are to be read; of a lesson or a drill its author
    /// has read them.
    pub(super) fn is_own_service(&self) -> bool {
        self.session.lesson().is_none() && self.session.duty().is_none()
    }

    /// Opens a file or a text; where it is none that can be opened, the dialog says why.
    pub(super) fn import(&mut self, ctx: &Context<Self>, text: String) -> bool {
        let _ = self.tell(ctx, Msg::Import(text));
        let problems: Vec<AttrValue> = self.session.problems().iter().map(in_words).collect();
        self.sheet_open = problems.is_empty() && self.is_own_service();
        if problems.is_empty() {
            self.dialog = None;
        } else {
            let _ = self.rest_for(ctx, None);
            self.dialog = Some(Open::Import(problems));
        }
        true
    }

    /// The studio follows the run, and what the playhead has met of it.
    pub(super) fn refresh_studio(&mut self, is_other_run: bool) {
        let now = if self.open() == Some(Dialog::Studio) { self.calls() } else { return };
        if let Some(Open::Studio { calls, trial }) = &mut self.dialog {
            *calls = now;
            if is_other_run {
                *trial = None;
            }
        }
    }

    /// Which dialog is open.
    pub(super) fn open(&self) -> Option<Dialog> {
        self.dialog.as_ref().map(Open::dialog)
    }

    fn asked_of_compare(&self) -> Asked {
        let session = &self.session;
        let named = |(before, document): (Option<&str>, &Value)| {
            let name = match before {
                Some(change) => format!("Before: {change}"),
                None => name_of(document),
            };
            (AttrValue::from(name), document.clone())
        };
        let kept = self.kept.iter().map(|kept| (AttrValue::from("From the last visit"), kept.clone()));
        Asked {
            document: session.document().clone(),
            service: session.service(),
            earlier: session.earlier().into_iter().map(named).chain(kept).collect(),
        }
    }

    fn calls(&self) -> Shared<Vec<HookRecord>> {
        Shared::new(self.session.hook_calls().into_iter().cloned().collect())
    }

    /// The recording in a form.
    fn export(&self, choice: Choice, instants: &[SimTime]) -> Shared<Exported> {
        let theme = if self.theme.is_dark() { picture::Theme::Dark } else { picture::Theme::Light };
        let look = picture::Look { theme, width: choice.width() };
        Shared::new(export(&self.session, choice.form, look, instants))
    }

    /// The dialog that is open. Compare and Import stay when they are closed, for what was found or typed in them does.
    pub(super) fn dialogs(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let compared = match &self.dialog {
            Some(Open::Compare(asked)) => Some(asked.clone()),
            _ => None,
        };
        let problems = match &self.dialog {
            Some(Open::Import(problems)) => Some(problems.clone()),
            _ => None,
        };
        html! { <>
            <Compare asked={compared} open={link.callback(|document| Happening::Session(Msg::Open(document)))}
                close={self.closes(ctx, Dialog::Compare)} />
            <Import {problems} submit={link.callback(Happening::Submitted)} close={self.closes(ctx, Dialog::Import)} />
            // Always a node, so that the two before it keep their places, and with them what they hold.
            { self.dialog.as_ref().map_or_else(Html::default, |open| self.dialog_view(ctx, open)) }
        </> }
    }

    fn dialog_view(&self, ctx: &Context<Self>, open: &Open) -> Html {
        let (link, session) = (ctx.link(), &self.session);
        let inside = |asked: Inside| Happening::Inside(asked);
        let close = self.closes(ctx, open.dialog());
        match open {
            Open::Compare(_) | Open::Import(_) => Html::default(),
            Open::Help => html! { <Help {close} /> },
            Open::Lessons => html! {
                <Teach first={self.course.first.clone()} shelf={self.course.shelf.clone()} done={self.course.done.clone()} grades={self.course.grades.clone()}
                    choose={link.callback(Happening::Session)} {close} />
            },
            Open::Tables => {
                let tables = tables(session.scenario(), session.run(), session.service(), &self.shown.frame);
                html! { <Tables tables={Rc::new(tables)} {close} /> }
            }
            Open::Update(draft) => html! {
                <UpdateService form={Rc::new(session.update_form(draft))} {close}
                    write={link.callback(move |(field, text)| inside(Inside::Drafted(field, text)))}
                    functions={session.functions()} hook={self.controls.draft_hooks.clone()}
                    fill_in={link.callback(move |()| inside(Inside::FillIn))}
                    submit={link.callback(move |()| inside(Inside::UpdateService))} />
            },
            Open::Share(address, drill) => html! {
                <Share link={address.clone()} drill={*drill} download={link.callback(move |()| inside(Inside::Download))} {close} />
            },
            Open::Export { choice, exported, wrong } => html! {
                <Export choice={*choice} exported={exported.clone()} wrong={wrong.clone()} service={AttrValue::from(self.shown.frame.service.clone())}
                    choose={link.callback(move |(choice, text)| inside(Inside::Export(choice, text)))} {close} />
            },
            Open::Embed(wish, snippet) => html! {
                <Embed wish={wish.clone()} snippet={snippet.clone()} change={link.callback(move |wish| inside(Inside::Wish(wish)))} {close} />
            },
            Open::Studio { calls, trial } => html! {
                <Studio functions={session.functions()} from_link={session.is_from_link()} hooks={self.shown.hooks.clone()} calls={calls.clone()} drafts={self.drafts.clone()} trial={trial.clone()}
                    problems={self.problems_in_words()} edit={self.controls.edit_hooks.clone()}
                    try_script={self.controls.try_script.clone()} seek={self.controls.seek.clone()} {close} />
            },
        }
    }

    fn closes(&self, ctx: &Context<Self>, dialog: Dialog) -> Callback<()> {
        ctx.link().callback(move |()| Happening::Closed(dialog))
    }
}
