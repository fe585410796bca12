//! What the page's controls send. They are made once: a panel whose controls and whose picture have not changed is not
//! drawn again, ten times a second, while the run plays, and a field that somebody types in keeps what was typed.

use super::dialogs::Inside;
use super::{App, Happening};
use crate::model::{SimTime, StrategyName};
use crate::session::inspect::Subject;
use crate::session::{Deed, HookEdit, Msg};
use crate::ui::dialog::Dialog;
use crate::ui::present::Idea;
use crate::ui::theme::Theme;
use serde_json::Value;
use yew::Callback;
use yew::html::Scope;

/// What each kind of control sends.
pub(super) struct Controls {
    /// Something for the session.
    pub send: Callback<Msg>,
    /// The playhead goes there.
    pub seek: Callback<SimTime>,
    /// A dialog is opened.
    pub open: Callback<Dialog>,
    /// Something is looked at, or nothing any more.
    pub inspect: Callback<Option<Subject>>,
    /// A task, a target or a rule on the stage is looked at.
    pub look_at: Callback<Subject>,
    /// An event is looked at, by its number in the run.
    pub look_at_event: Callback<usize>,
    /// Another strategy is chosen.
    pub choose_strategy: Callback<StrategyName>,
    /// Another service is chosen.
    pub choose_service: Callback<usize>,
    /// Another theme is chosen.
    pub choose_theme: Callback<Theme>,
    /// A parameter is given another value.
    pub edit: Callback<(String, Value)>,
    /// The service's hooks are changed.
    pub edit_hooks: Callback<HookEdit>,
    /// The hooks are changed in the draft of an UpdateService.
    pub draft_hooks: Callback<HookEdit>,
    /// A draft of a script is tried: the function's name, and the script.
    pub try_script: Callback<(String, String)>,
    /// The approval that is asked for is given, or not.
    pub answer: Callback<bool>,
    /// A pause is ended.
    pub go_on: Callback<()>,
    /// The last change is taken back.
    pub take_back: Callback<()>,
    /// It is made again.
    pub make_again: Callback<()>,
    /// The dotted lines go.
    pub dismiss_ghost: Callback<()>,
    /// What the page says goes.
    pub dismiss_notice: Callback<()>,
    /// The recording of an earlier visit is opened, or not.
    pub restore: Callback<bool>,
    /// The future is hidden, or shown.
    pub toggle_curtain: Callback<()>,
    /// Presenting begins.
    pub present: Callback<()>,
    /// Another idea is presented, or none any more.
    pub show_idea: Callback<Option<Idea>>,
    /// The Hook studio is opened.
    pub open_studio: Callback<()>,
    /// Update service is opened.
    pub open_update: Callback<()>,
    /// Tables is opened.
    pub open_tables: Callback<()>,
    /// The sheet of assumptions is opened or closed.
    pub toggle_sheet: Callback<bool>,
}

impl Controls {
    pub(super) fn new(link: &Scope<App>) -> Controls {
        let says = |msg: Msg| link.callback(move |()| Happening::Session(msg.clone()));
        let opens = |dialog: Dialog| link.callback(move |()| Happening::Dialog(Some(dialog)));
        Controls {
            send: link.callback(Happening::Session),
            seek: link.callback(|at| Happening::Session(Msg::Seek(at))),
            open: link.callback(|dialog| Happening::Dialog(Some(dialog))),
            inspect: link.callback(Happening::Inspect),
            look_at: link.callback(|subject| Happening::Inspect(Some(subject))),
            look_at_event: link.callback(|event| Happening::Inspect(Some(Subject::Event(event)))),
            choose_strategy: link.callback(|strategy| Happening::Session(Msg::SelectStrategy(strategy))),
            choose_service: link.callback(|service| Happening::Session(Msg::SelectService(service))),
            choose_theme: link.callback(Happening::ChooseTheme),
            edit: link.callback(|(parameter, value)| Happening::Edited(parameter, value)),
            edit_hooks: link.callback(|edit| Happening::Session(Msg::EditHooks(edit))),
            draft_hooks: link.callback(|edit| Happening::Inside(Inside::Hooked(edit))),
            try_script: link.callback(|(hook, source)| Happening::Inside(Inside::TryScript(hook, source))),
            answer: link
                .callback(|yes| Happening::Session(Msg::Act(if yes { Deed::Approve } else { Deed::Reject }))),
            go_on: says(Msg::Act(Deed::Continue)),
            take_back: says(Msg::Undo),
            make_again: says(Msg::Redo),
            dismiss_ghost: says(Msg::DismissGhost),
            dismiss_notice: says(Msg::DismissNotice),
            restore: link.callback(Happening::Restore),
            toggle_curtain: says(Msg::ToggleCurtain),
            present: link.callback(|()| Happening::Present(Some(Idea::Stage))),
            show_idea: link.callback(Happening::Present),
            open_studio: opens(Dialog::Studio),
            open_update: opens(Dialog::Update),
            open_tables: opens(Dialog::Tables),
            toggle_sheet: link.callback(Happening::Sheet),
        }
    }
}
