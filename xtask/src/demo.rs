//! `cargo xtask demo`: from a clone to a protected call in a real browser. What is shown is told in `tests/lab/demo.mjs`.

use crate::bundle::Bundle;
use crate::manifest::Browser;
use crate::process::run;
use crate::setup::{demo_needs, node_command, setup};
use anyhow::Result;
use std::path::Path;

/// What the person asked for.
pub struct Demo {
    pub browser: Browser,
    pub window: Window,
}

/// Whether there is something to look at.
pub enum Window {
    /// A window where there is a display, which the demo finds out itself.
    IfPossible,
    /// None: the story plays by itself and leaves pictures.
    Headless,
}

impl Demo {
    pub fn standard() -> Demo {
        Demo { browser: Browser::Chrome, window: Window::IfPossible }
    }

    pub fn run(&self, root: &Path) -> Result<()> {
        setup(root, &demo_needs(self.browser))?;
        Bundle::standard(root).write()?;
        let mut node = node_command(root);
        node.args(["tests/lab/demo.mjs", "--browser", self.browser.program()]);
        node.arg("--dist").arg(root.join("dist").join(format!("{}-managed", self.browser.name())));
        if let Window::Headless = self.window {
            node.arg("--headless");
        }
        run(&mut node)
    }
}
