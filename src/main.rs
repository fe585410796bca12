//! The page's binary: mounts the application, nothing else; in a worker of the page it waits for work instead.

fn main() {
    if !cutover::ui::compare::hand::serve() {
        cutover::ui::mount();
    }
}
