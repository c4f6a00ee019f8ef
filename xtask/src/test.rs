//! `cargo xtask test`: every check of this tree, one after the other. The first that fails ends the run; nothing is tried twice.
//!
//! Each stage makes what it needs: a bundle from an earlier run never stands in for one that does not build any more.

use crate::bundle::Bundle;
use crate::manifest::Browser;
use crate::process::{capture, cargo, run as run_command};
use crate::setup::{Need, TEST_NEEDS, node_command, setup};
use crate::{reproduce, scene};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// Which of the stages are wanted.
#[derive(Clone, Copy)]
pub enum Part {
    All,
    Native,
    Lint,
    Wasm,
    E2e,
    /// Phones that others wrote: four minutes, and so on its own.
    Clients,
    Reproduce,
    /// An hour: on its own as well.
    Endure,
}

impl FromStr for Part {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Part> {
        Ok(match name {
            "all" => Part::All,
            "native" => Part::Native,
            "lint" => Part::Lint,
            "wasm" => Part::Wasm,
            "e2e" => Part::E2e,
            "clients" => Part::Clients,
            "reproduce" => Part::Reproduce,
            "endure" => Part::Endure,
            _ => bail!("there is no part `{name}`; there are: all native lint wasm e2e clients reproduce endure"),
        })
    }
}

/// Runs the part's stages and ends with one line each.
pub fn run(root: &Path, part: Part) -> Result<()> {
    let start = Instant::now();
    let mut lines = Vec::new();
    for stage in part.stages() {
        let name = stage.name();
        println!("\n=== {name}");
        let begun = Instant::now();
        stage.run(root, part).with_context(|| format!("stage `{name}` failed after {}", seconds(begun.elapsed())))?;
        println!("=== {name}: {}", seconds(begun.elapsed()));
        lines.push(format!("  {name:<18}{:>9}", seconds(begun.elapsed())));
    }
    println!("\n{}\n\npassed: every stage, in {}", lines.join("\n"), seconds(start.elapsed()));
    Ok(())
}

#[derive(Clone, Copy)]
enum Stage {
    Setup,
    Format,
    Clippy,
    ClippyWasm,
    Native,
    Bundle,
    Types,
    Schema,
    WebExtLint,
    Wasm,
    Pages,
    /// A little of the bench: that it runs, not how fast.
    QuickProof,
    /// Whether the words of every language have room.
    Words,
    FaultyBundle,
    E2e(Browser, &'static str),
    /// The tests of endurance with the numbers of a long shift, in both browsers.
    Endure,
    Reproduce,
}

impl Part {
    fn stages(self) -> Vec<Stage> {
        use Stage::*;
        let lint = [Format, Clippy, ClippyWasm];
        let bundled_lint = [Bundle, Types, Schema, WebExtLint];
        let e2e = [FaultyBundle, E2e(Browser::Chrome, "tests/e2e"), E2e(Browser::Firefox, "tests/e2e")];
        let clients = [FaultyBundle, E2e(Browser::Chrome, "tests/clients"), E2e(Browser::Firefox, "tests/clients")];
        match self {
            Part::All => {
                // The bench needs the bundle with faults, too.
                let [faulty, browsers @ ..] = e2e;
                let between = [Wasm, Pages, Words, faulty, QuickProof];
                [&[Setup], &lint[..], &[Native], &bundled_lint, &between, &browsers, &[Stage::Reproduce]].concat()
            }
            Part::Native => vec![Native],
            Part::Lint => [&[Setup], &lint[..], &bundled_lint].concat(),
            Part::Wasm => vec![Setup, Wasm],
            Part::E2e => [&[Setup, Bundle], &e2e[..]].concat(),
            Part::Clients => [&[Setup, Bundle], &clients[..]].concat(),
            Part::Reproduce => vec![Stage::Reproduce],
            Part::Endure => vec![Setup, FaultyBundle, Endure],
        }
    }

    fn needs(self) -> &'static [Need] {
        match self {
            Part::All | Part::E2e | Part::Clients | Part::Endure => TEST_NEEDS,
            Part::Lint => &[Need::Lints, Need::WasmTarget, Need::Node, Need::Modules],
            Part::Wasm => &[Need::WasmTarget, Need::Node],
            Part::Native | Part::Reproduce => &[],
        }
    }
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Stage::Setup => "setup",
            Stage::Format => "format",
            Stage::Clippy => "clippy",
            Stage::ClippyWasm => "clippy for wasm",
            Stage::Native => "native tests",
            Stage::Bundle => "bundle",
            Stage::Types => "script types",
            Stage::Schema => "adapter schema",
            Stage::WebExtLint => "web-ext lint",
            Stage::Wasm => "wasm tests",
            Stage::Pages => "pages, by axe-core",
            Stage::QuickProof => "bench, a little of it",
            Stage::Words => "words in their boxes",
            Stage::FaultyBundle => "bundle with faults",
            Stage::E2e(Browser::Chrome, _) => "e2e in chromium",
            Stage::E2e(Browser::Firefox, _) => "e2e in firefox",
            Stage::Endure => "endure",
            Stage::Reproduce => "reproduce",
        }
    }

    fn run(self, root: &Path, part: Part) -> Result<()> {
        match self {
            Stage::Setup => setup(root, part.needs()),
            Stage::Format => run_command(cargo(root, "fmt").args(["--all", "--check"])),
            Stage::Clippy => {
                run_command(cargo(root, "clippy").args(["--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]))
            }
            Stage::ClippyWasm => {
                let target = ["--package", "undivided", "--target", "wasm32-unknown-unknown"];
                for targets in [&["--lib", "--features", "faults"][..], &["--lib", "--profile", "test"]] {
                    run_command(cargo(root, "clippy").args(target).args(targets).args(["--quiet", "--", "--deny", "warnings"]))?;
                }
                Ok(())
            }
            Stage::Native => run_command(cargo(root, "test").args(["--workspace", "--quiet"])),
            Stage::Bundle => Bundle::standard(root).write(),
            Stage::Types => run_command(node_command(root).args(["node_modules/typescript/bin/tsc", "--project", "tsconfig.json"])),
            Stage::Schema => run_command(node_command(root).args(["--test", "tests/schema.mjs"])),
            Stage::WebExtLint => {
                for edition in ["personal", "managed"] {
                    let source = root.join("dist").join(format!("firefox-{edition}"));
                    let mut lint = node_command(root);
                    lint.args([
                        "node_modules/web-ext/bin/web-ext.js",
                        "lint",
                        "--no-config-discovery",
                        "--warnings-as-errors",
                        "--source-dir",
                    ]);
                    run_command(lint.arg(source))?;
                }
                Ok(())
            }
            Stage::Wasm => run_command(cargo(root, "test").args(["--package", "undivided", "--target", "wasm32-unknown-unknown", "--lib"])),
            Stage::Pages => pages(root, &["--quick"]),
            Stage::Words => pages(root, &["--measure", "--language", "all"]),
            Stage::QuickProof => Proof { length: Length::Quick, peer: None }.run_bundled(root),
            Stage::FaultyBundle => Bundle::faulty(root).write(),
            Stage::E2e(browser, folder) => e2e(root, browser, folder),
            Stage::Endure => endure(root),
            Stage::Reproduce => reproduce::run(root),
        }
    }
}

/// The bench of the whole, in both browsers.
pub struct Proof {
    /// How much of it.
    pub length: Length,
    /// Another unpacked extension, to be measured beside ours.
    pub peer: Option<PathBuf>,
}

/// How long lists take to decide, beside other matchers. Its own workspace, so that what it compares with is in no lock file of ours.
pub fn matching(root: &Path) -> Command {
    let mut bench = cargo(&root.join("benches/matching"), "run");
    bench.args(["--release", "--quiet", "--target-dir"]).arg(root.join("target/bench"));
    bench
}

/// How much of the bench is done.
#[derive(Clone, Copy, PartialEq)]
pub enum Length {
    /// All of it: 25 minutes, written to docs/proof.md.
    Whole,
    /// A little of each part, shown and not written: whether it works.
    Quick,
}

impl Proof {
    /// All of it, with nobody beside us.
    pub fn standard() -> Proof {
        Proof { length: Length::Whole, peer: None }
    }

    /// Runs it.
    ///
    /// # Errors
    /// When something does not work at all; never for a time.
    pub fn run(&self, root: &Path) -> Result<()> {
        setup(root, TEST_NEEDS)?;
        Bundle::standard(root).write()?;
        Bundle::faulty(root).write()?;
        self.run_bundled(root)
    }

    fn run_bundled(&self, root: &Path) -> Result<()> {
        let mut node = node_command(root);
        node.arg("tests/bench/proof.mjs").env("UNDIVIDED_DIST", root.join("dist"));
        match self.length {
            Length::Whole => {
                let file = root.join("target/matching.txt");
                fs::write(&file, capture(&mut matching(root))?)?;
                node.arg("--matching").arg(file).args(["--write", "docs/proof.md"])
            }
            Length::Quick => node.arg("--quick"),
        };
        if let Some(peer) = &self.peer {
            node.arg("--peer").arg(peer);
        }
        run_command(&mut node)
    }
}

/// Photographs every page in every state, in both themes and all widths, into target/gallery.
///
/// # Errors
/// When a page can't be made or looked at, or axe-core finds something.
pub fn gallery(root: &Path) -> Result<()> {
    setup(root, &[Need::WasmTarget, Need::Node, Need::Modules, Need::Browser(Browser::Chrome)])?;
    Bundle::standard(root).write()?;
    pages(root, &[])
}

/// Photographs the five pictures of the stores into docs/store, from a real call in a real browser.
pub fn store_pictures(root: &Path) -> Result<()> {
    setup(root, &[Need::WasmTarget, Need::Node, Need::Modules, Need::Browser(Browser::Chrome)])?;
    Bundle::standard(root).write()?;
    run_command(node_command(root).args(["tests/look/store.mjs", "--dist", "dist"]))
}

/// The conversations of the samples come from scenes, through the core: no sample can show what no conversation leads to.
fn pages(root: &Path, options: &[&str]) -> Result<()> {
    let states = scene::told(root, &root.join("tests/look/states.txt"), scene::Print::View)?;
    fs::write(root.join("target/states.json"), states).context("cannot write target/states.json")?;
    let arguments = ["tests/look/gallery.mjs", "--dist", "dist/chrome-managed", "--out", "target/gallery"];
    run_command(node_command(root).args(arguments).args(options))
}

/// One browser at a time and one file at a time: two browsers on two cores make each other's timings wrong.
fn e2e(root: &Path, browser: Browser, folder: &str) -> Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join(folder)).with_context(|| format!("{folder} is missing"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            files.push(format!("{folder}/{name}"));
        }
    }
    if files.is_empty() {
        bail!("{folder} holds no test");
    }
    files.sort();
    run_command(&mut browser_tests(root, browser, files))
}

fn browser_tests(root: &Path, browser: Browser, files: impl IntoIterator<Item = String>) -> Command {
    let mut node = node_command(root);
    node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]).args(files).env("UNDIVIDED_BROWSER", browser.program());
    node
}

/// Both browsers at once, as nothing in it is judged by a time and one after the other would take twice as long. Writes docs/endurance.md.
fn endure(root: &Path) -> Result<()> {
    let numbers = [
        ("UNDIVIDED_CALLS", "200"),
        ("UNDIVIDED_CHATS", "300"),
        ("UNDIVIDED_HOLDS", "200"),
        ("UNDIVIDED_KILLS", "1000"),
        ("UNDIVIDED_BROWSER_KILLS", "100"),
        ("UNDIVIDED_SILENT_CALLS", "40"),
        ("UNDIVIDED_SILENT_CHATS", "60"),
        ("UNDIVIDED_REST", "600"),
        ("UNDIVIDED_PAGES", "60"),
    ];
    let mut outcomes = Vec::new();
    let mut running = Vec::new();
    for browser in Browser::ALL {
        let name = browser.program();
        let (outcome, log) = (root.join(format!("target/endured-{name}.jsonl")), root.join(format!("target/endured-{name}.txt")));
        fs::write(&outcome, "")?;
        let files = ["shift", "endurance", "kills", "silence", "rest"].map(|name| format!("tests/e2e/{name}.test.mjs"));
        let mut node = browser_tests(root, browser, files);
        node.env("UNDIVIDED_ENDURED", &outcome).envs(numbers);
        node.stdout(fs::File::create(&log)?);
        println!("{name}: what it says is in {}", log.display());
        running.push((name, node.spawn().context("node does not start")?, log));
        outcomes.push(outcome);
    }
    let mut failed = Vec::new();
    for (name, mut process, log) in running {
        let status = process.wait()?;
        println!("{}", fs::read_to_string(&log)?);
        if !status.success() {
            failed.push(format!("{name} ({status}; {})", log.display()));
        }
    }
    if !failed.is_empty() {
        bail!("failed in {}", failed.join(" and in "));
    }
    let page = capture(node_command(root).arg("tests/e2e/endured.mjs").args(&outcomes))?;
    fs::write(root.join("docs/endurance.md"), page).context("cannot write docs/endurance.md")
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
