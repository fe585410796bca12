//! The files beside the page: the course's lessons. They are fetched when somebody asks for them, through one door,
//! whether a host serves them or they lie inside a page that is a single file.

use crate::session::lesson::library::COURSE;
use crate::session::lesson::{Lesson, read};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// What was fetched.
#[derive(Debug)]
pub struct Shelf {
    /// The course, each lesson by the name of its file.
    pub lessons: Vec<(&'static str, Rc<Lesson>)>,
}

impl Shelf {
    /// Fetches everything.
    ///
    /// # Errors
    /// The file that cannot be had or read, and why, in a line.
    pub async fn fetch() -> Result<Shelf, String> {
        let mut lessons = Vec::new();
        // All are asked for before the first is waited for.
        let asked: Vec<_> = COURSE.map(|name| (name, File::ask(&format!("lessons/{name}.json")))).into();
        for (name, file) in asked {
            let lesson = read(&file.text().await?).map_err(|problems| format!("{name}: {}", problems[0]))?;
            lessons.push((name, Rc::new(lesson)));
        }
        Ok(Shelf { lessons })
    }

    /// The name of a lesson's file.
    pub fn name_of(&self, lesson: &Rc<Lesson>) -> Option<&'static str> {
        self.lessons.iter().find(|(_, known)| Rc::ptr_eq(known, lesson)).map(|(name, _)| *name)
    }

    /// The lesson that comes after one in the course.
    pub fn after(&self, lesson: &Rc<Lesson>) -> Option<&Rc<Lesson>> {
        let place = self.lessons.iter().position(|(_, known)| Rc::ptr_eq(known, lesson))?;
        self.lessons.get(place + 1).map(|(_, next)| next)
    }
}

/// A file beside the page that was asked for.
enum File {
    /// It lies inside the page: `<script type="application/json" data-file="lessons/canary.json">`.
    Enclosed(String),
    /// The host was asked for it.
    Asked(String, js_sys::Promise),
}

impl File {
    fn ask(path: &str) -> File {
        let window = web_sys::window().expect("a page has a window");
        let inside = window
            .document()
            .and_then(|page| page.query_selector(&format!("script[data-file=\"{path}\"]")).ok().flatten())
            .and_then(|script| script.text_content());
        match inside {
            Some(text) => File::Enclosed(text),
            // Relative to the page, so that it may lie under any path.
            None => File::Asked(path.to_owned(), window.fetch_with_str(path)),
        }
    }

    async fn text(self) -> Result<String, String> {
        let (path, promise) = match self {
            File::Enclosed(text) => return Ok(text),
            File::Asked(path, promise) => (path, promise),
        };
        let failed = |error: JsValue| {
            let why = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
            format!("{path}: {}", why.unwrap_or_else(|| "cannot be fetched".to_owned()))
        };
        let response: Response = JsFuture::from(promise).await.map_err(failed)?.unchecked_into();
        if !response.ok() {
            return Err(format!("{path}: the host answers {}", response.status()));
        }
        let text = JsFuture::from(response.text().map_err(failed)?).await.map_err(failed)?;
        Ok(text.as_string().unwrap_or_default())
    }
}
