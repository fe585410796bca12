//! The page's module inside a worker: no page at all, only runs.
//!
//! The first message is the recordings in question, every other one a batch of errands; each batch is answered by one
//! message. Nothing here depends on which worker it is.

use crate::evidence::errand::Wanted;
use crate::evidence::{Base, Recipe, Workbench};
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Whether this is a worker.
pub fn is_worker() -> bool {
    js_sys::global().is_instance_of::<DedicatedWorkerGlobalScope>()
}

/// Waits for work, if this is a worker.
pub fn serve() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    // A worker serves the same recordings to its end, so all live as long as it does.
    let mut serving: Option<Vec<(&'static Base, Workbench<'static>)>> = None;
    let reply = scope.clone();
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        let message: Value = serde_json::from_str(&text).unwrap_or_default();
        match &mut serving {
            None => {
                let bench = |base: Base| {
                    let base: &'static Base = Box::leak(Box::new(base));
                    (base, Workbench::new(base))
                };
                let bases = message.as_array().into_iter().flatten();
                serving = bases.map(|base| Base::from_json(base).map(bench)).collect();
            }
            Some(benches) => {
                // The page is gone, or will ask again: nobody else could be told.
                let _ = reply.post_message(&work(benches, &message).to_string().into());
            }
        }
    });
    scope.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    // Only now: what is said to a worker that does not listen yet is lost.
    let _ = scope.post_message(&"ready".into());
}

/// Does a batch.
fn work(benches: &mut [(&Base, Workbench<'_>)], batch: &Value) -> Value {
    let wanted = batch["wanted"].as_str().and_then(Wanted::named).unwrap_or(Wanted::Figures);
    let job = |job: &Value| {
        let (base, bench) = benches.get_mut(usize::try_from(job[1].as_u64()?).ok()?)?;
        let recipe = Recipe::from_json(&job[2])?;
        Some(json!([job[0], wanted.fetch(bench, base, &recipe).to_json()]))
    };
    batch["jobs"].as_array().into_iter().flatten().filter_map(job).collect()
}
