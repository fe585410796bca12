//! The page's binary: mounts the application, nothing else.

fn main() {
    cutover::ui::mount();
}
