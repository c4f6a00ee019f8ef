//! `cargo xtask site`: the administrators' page as a plain page for any server, so that a policy can be written without the extension at hand. The page, its
//! wasm and its words are the bundle's own, byte for byte; only its first lines are others. It must never send anything: its content security policy says so.

use crate::bundle::Bundle;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// What of the bundle the page needs: files, and folders of files.
const PARTS: [&str; 9] = [
    "_locales",
    "data/tools.json",
    "data/presets.json",
    "icons",
    "wasm/files.js",
    "wasm/files_bg.wasm",
    "www/lists.css",
    "www/page.js",
    "www/theme.css",
];

/// Connections are to the page's own folder alone: its wasm, its words, and the tools and lists that a policy may name.
const HEAD: &str = r#"<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'">
    <link rel="icon" href="icons/icon-32.png">
    "#;

/// Where to write it, and of which bundles.
pub struct Site {
    /// The folder that becomes the page's.
    pub out: PathBuf,
    /// A folder of bundles that is used as it is; without one they are made anew. For tests.
    pub dist: Option<PathBuf>,
}

impl Site {
    /// Into `target/site`.
    pub fn standard(root: &Path) -> Site {
        Site { out: root.join("target/site"), dist: None }
    }

    /// Writes `index.html` and what it needs.
    ///
    /// # Errors
    /// Where a bundle can't be made, lacks a part, or the folder can't be written.
    pub fn write(&self, root: &Path) -> Result<()> {
        let dist = match &self.dist {
            Some(dist) => dist.clone(),
            None => {
                Bundle::standard(root).write()?;
                root.join("dist")
            }
        };
        // The same in all of them, as far as this page needs it.
        let bundle = dist.join("chrome-managed");
        if self.out.exists() {
            fs::remove_dir_all(&self.out).with_context(|| format!("cannot remove {}", self.out.display()))?;
        }
        for part in PARTS {
            copy(&bundle.join(part), &self.out.join(part))?;
        }
        let html = fs::read_to_string(bundle.join("www/policy.html")).context("the bundle has no policy page")?;
        fs::write(self.out.join("index.html"), plain(&html)?).context("cannot write index.html")?;
        fs::copy(root.join("site/chrome.js"), self.out.join("chrome.js")).context("cannot copy site/chrome.js")?;
        println!("the page is in {}; put that folder on any web server", self.out.display());
        Ok(())
    }
}

/// The page a folder further up, with the stand-in as its first script and without the way to settings that are not there.
fn plain(html: &str) -> Result<String> {
    let mut plain = html.to_owned();
    for (from, to) in [
        ("<meta name=\"viewport\"", &*format!("{HEAD}<meta name=\"viewport\"")),
        ("href=\"theme.css\"", "href=\"www/theme.css\""),
        ("href=\"lists.css\"", "href=\"www/lists.css\""),
        ("src=\"page.js\"", "src=\"chrome.js\""),
    ] {
        if plain.matches(from).count() != 1 {
            bail!("www/policy.html does not have `{from}` once");
        }
        plain = plain.replace(from, to);
    }
    let lines: Vec<&str> = plain.lines().filter(|line| !line.contains("href=\"options.html\"")).collect();
    if let Some(other) = lines.iter().find(|line| line.contains(".html\"")) {
        bail!("www/policy.html leads to a page that the site does not have: {}", other.trim());
    }
    Ok(lines.join("\n") + "\n")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "<meta name=\"viewport\">\n<link href=\"theme.css\">\n<link href=\"lists.css\">\n<script src=\"page.js\"></script>\n";

    #[test]
    fn the_page_loads_its_parts_from_below_and_leads_nowhere() {
        let page = format!("{PAGE}<p><a href=\"options.html\">Back</a></p>\n");
        let plain = plain(&page).unwrap();
        assert!(plain.contains("src=\"chrome.js\"") && plain.contains("www/theme.css") && plain.contains("default-src 'none'"), "{plain}");
        assert!(!plain.contains("options.html"));
    }

    #[test]
    fn a_page_that_changed_fails_instead_of_being_half_right() {
        assert!(plain(&PAGE.replace("page.js", "start.js")).is_err());
        assert!(plain(&format!("{PAGE}<a href=\"why.html\">")).is_err());
    }
}
