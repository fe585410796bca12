//! The files beside the page: the course's lessons and the drills. They are fetched when somebody asks for them, through one door,
//! whether a host serves them or they lie inside a page that is a single file.

use crate::formats::Problem;
use crate::session::drill::{self, Drill};
use crate::session::lesson::library::{COURSE, DRILLS};
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
    /// The drills, each by the name of its file.
    pub drills: Vec<(&'static str, Rc<Drill>)>,
}

impl Shelf {
    /// Fetches everything.
    ///
    /// # Errors
    /// The file that cannot be had or read, and why, in a line.
    pub async fn fetch() -> Result<Shelf, String> {
        let (mut lessons, mut drills) = (Vec::new(), Vec::new());
        // All are asked for before the first is waited for.
        let course: Vec<_> = COURSE.map(|name| (name, File::ask(&format!("lessons/{name}.json")))).into();
        let drilled: Vec<_> = DRILLS.map(|name| (name, File::ask(&format!("drills/{name}.json")))).into();
        let told = |name: &str, problems: Vec<Problem>| format!("{name}: {}", problems[0]);
        for (name, file) in course {
            let lesson = read(&file.text().await?).map_err(|problems| told(name, problems))?;
            lessons.push((name, Rc::new(lesson)));
        }
        for (name, file) in drilled {
            let drill = drill::read(&file.text().await?).map_err(|problems| told(name, problems))?;
            drills.push((name, Rc::new(drill)));
        }
        Ok(Shelf { lessons, drills })
    }

    /// A drill by the name of its file.
    pub fn drill(&self, name: &str) -> Option<&Rc<Drill>> {
        self.drills.iter().find(|(known, _)| *known == name).map(|(_, drill)| drill)
    }

    /// The name of a drill's file.
    pub fn name_of_drill(&self, drill: &Rc<Drill>) -> Option<&'static str> {
        self.drills.iter().find(|(_, known)| Rc::ptr_eq(known, drill)).map(|(name, _)| *name)
    }

    /// The drill that comes after one; after the last the first.
    pub fn after_drill(&self, drill: &Rc<Drill>) -> Option<&Rc<Drill>> {
        let place = self.drills.iter().position(|(_, known)| Rc::ptr_eq(known, drill))?;
        self.drills.iter().cycle().nth(place + 1).map(|(_, next)| next)
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
