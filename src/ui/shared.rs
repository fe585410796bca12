//! Large data that never change once made: the same are the same pointer, and comparing costs nothing.

use std::ops::Deref;
use std::rc::Rc;

/// A pointer to data that is made anew when anything in it changes.
#[derive(Debug, Default)]
pub struct Shared<T: ?Sized>(Rc<T>);

impl<T> Shared<T> {
    /// New data.
    pub fn new(data: T) -> Shared<T> {
        Shared(Rc::new(data))
    }
}

impl<T: ?Sized> From<Rc<T>> for Shared<T> {
    fn from(data: Rc<T>) -> Shared<T> {
        Shared(data)
    }
}

impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        Shared(self.0.clone())
    }
}

impl<T: ?Sized> PartialEq for Shared<T> {
    fn eq(&self, other: &Shared<T>) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T: ?Sized> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
