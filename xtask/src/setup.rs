//! Makes the machine ready, or says exactly what is missing before anything slow has begun.
//!
//! The machine is not ours: only as root on Debian and its like are packages installed, everywhere else the person gets the command.
//! Rust's own parts and `node_modules` belong to this tree and its pinned toolchain and are always put in place.

use crate::manifest::Browser;
use crate::process::{capture, find, run};
use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One thing that a command cannot do without.
#[derive(Clone, Copy, PartialEq)]
pub enum Need {
    /// rustfmt and clippy.
    Lints,
    /// The standard library for wasm.
    WasmTarget,
    /// Node itself: it runs the wasm tests.
    Node,
    /// What package-lock.json pins.
    Modules,
    /// A browser that can be driven.
    Browser(Browser),
    /// The SIP server of the call tests.
    Kamailio,
}

/// What the whole of `cargo xtask test` needs.
pub const TEST_NEEDS: &[Need] = &[
    Need::Lints,
    Need::WasmTarget,
    Need::Node,
    Need::Modules,
    Need::Browser(Browser::Chrome),
    Need::Browser(Browser::Firefox),
    Need::Kamailio,
];

/// What the demo needs in that browser.
pub fn demo_needs(browser: Browser) -> [Need; 4] {
    [Need::WasmTarget, Need::Node, Need::Modules, Need::Browser(browser)]
}

/// Puts in place what it may and fails with all that it may not. What stops is looked for first, what takes long is done last.
pub fn setup(root: &Path, needs: &[Need]) -> Result<()> {
    if needs.contains(&Need::Node) || needs.contains(&Need::Modules) {
        node()?;
    }
    packages(needs)?;
    if needs.contains(&Need::WasmTarget) {
        wasm_target(root)?;
    }
    if needs.contains(&Need::Lints) {
        lints(root)?;
    }
    if needs.contains(&Need::Modules) {
        modules(root)?;
    }
    Ok(())
}

/// The standard library for wasm. rust-toolchain.toml names it, but rustup reads that only when it installs a toolchain.
pub fn wasm_target(root: &Path) -> Result<()> {
    let sysroot = capture(Command::new("rustc").current_dir(root).args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown/lib").is_dir() {
        return Ok(());
    }
    run(Command::new("rustup").current_dir(root).args(["target", "add", "wasm32-unknown-unknown"]))
        .context("Rust has no standard library for wasm here; with rustup: `rustup target add wasm32-unknown-unknown`, else the package of your system (Debian: libstd-rust-dev-wasm32)")
}

/// `node` with the browsers of this machine in its environment, so that scripts need not look for them again.
pub fn node_command(root: &Path) -> Command {
    let mut node = Command::new("node");
    node.current_dir(root).env("PATH", search_path());
    for browser in Browser::ALL {
        if let Ok(Found { program, .. }) = browser_program(browser) {
            node.env(variable(browser), program);
        }
    }
    node
}

/// Node 20 is the oldest that a supported Debian or Ubuntu may have and that runs our tests.
const NODE: u32 = 20;

fn node() -> Result<()> {
    let how = format!("install Node {NODE} or newer, with npm, from your system's packages or from nodejs.org");
    let text = capture(Command::new("node").arg("--version")).with_context(|| format!("node does not run; {how}"))?;
    if version(&text).is_none_or(|found| found < NODE) {
        bail!("node is {}; {how}", text.trim());
    }
    if find("npm").is_none() {
        bail!("npm is missing; {how}");
    }
    Ok(())
}

fn lints(root: &Path) -> Result<()> {
    for (tool, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if capture(Command::new("cargo").current_dir(root).args([tool, "--version"])).is_err() {
            run(Command::new("rustup").current_dir(root).args(["component", "add", component]))
                .with_context(|| format!("`cargo {tool}` is missing; with rustup: `rustup component add {component}`"))?;
        }
    }
    Ok(())
}

/// `npm ci`, when the lock file is younger than what npm last put in place.
fn modules(root: &Path) -> Result<()> {
    let changed = |path: &str| fs::metadata(root.join(path)).and_then(|file| file.modified());
    let lock = changed("package-lock.json").context("package-lock.json is missing")?;
    if changed("node_modules/.package-lock.json").is_ok_and(|installed| installed >= lock) {
        return Ok(());
    }
    // puppeteer-core asks for Node 22 in its manifest and runs on 20 (measured: the browser tests); npm would warn each time.
    run(Command::new("npm").current_dir(root).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
}

/// Something that only the system's package manager can bring: what it is called there, and why it is missing.
struct Missing {
    packages: &'static [&'static str],
    why: String,
}

fn packages(needs: &[Need]) -> Result<()> {
    let missing = missing(needs);
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().flat_map(|missing| missing.packages).copied().collect();
    let reasons = missing.iter().map(|missing| missing.why.as_str()).collect::<Vec<_>>().join("\n  ");
    if names.is_empty() || find("apt-get").is_none() {
        bail!("this is missing:\n  {reasons}");
    }
    let mut commands = vec![vec!["apt-get", "update"], [&["apt-get", "install", "--yes", "--no-install-recommends"], &names[..]].concat()];
    if names.contains(&"kamailio") && Path::new("/run/systemd/system").is_dir() {
        // Debian's package starts a SIP server for the whole network. The tests start their own, on loopback.
        commands.push(vec!["systemctl", "disable", "--now", "kamailio"]);
    }
    if capture(Command::new("id").arg("-u"))?.trim() != "0" {
        let lines = commands.iter().map(|words| format!("sudo {}", words.join(" "))).collect::<Vec<_>>().join("\n  ");
        bail!("this is missing:\n  {reasons}\nrun this, then start again:\n  {lines}");
    }
    for words in &commands {
        println!("+ {}", words.join(" "));
        run(Command::new(words[0]).args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    let still: Vec<String> = self::missing(needs).into_iter().map(|missing| missing.why).collect();
    if !still.is_empty() {
        bail!(
            "installed {}, and yet:\n  {}\nUbuntu's browser packages only fetch a snap, which needs snapd and sees no files outside your home: there, install \
             the browser's own .deb (google.com/chrome, support.mozilla.org/kb/install-firefox-linux)",
            names.join(" "),
            still.join("\n  ")
        );
    }
    Ok(())
}

fn missing(needs: &[Need]) -> Vec<Missing> {
    let mut missing = Vec::new();
    for need in needs {
        match need {
            Need::Browser(browser) => {
                if let Err(why) = browser_program(*browser).and_then(|found| found.check(*browser)) {
                    missing.push(Missing { packages: debian_packages(*browser), why: why.to_string() });
                }
            }
            Need::Kamailio if !kamailio() => {
                missing.push(Missing {
                    packages: &["kamailio", "kamailio-websocket-modules"],
                    why: "kamailio, a SIP server, with its module for WebSocket".into(),
                });
            }
            _ => {}
        }
    }
    missing
}

fn debian_packages(browser: Browser) -> &'static [&'static str] {
    if env::var_os(variable(browser)).is_some() {
        // A person who says which browser it is wants no other.
        return &[];
    }
    let ubuntu = fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"));
    match (browser, ubuntu) {
        (Browser::Chrome, false) => &["chromium"],
        (Browser::Chrome, true) => &["chromium-browser"],
        (Browser::Firefox, false) => &["firefox-esr"],
        (Browser::Firefox, true) => &["firefox"],
    }
}

/// A browser's program and what it says about itself.
struct Found {
    program: PathBuf,
    version: String,
}

impl Found {
    /// Fails if the browser is older than the manifests allow.
    fn check(&self, browser: Browser) -> Result<()> {
        let oldest = match browser {
            Browser::Chrome => 120,
            Browser::Firefox => 142,
        };
        if version(&self.version).is_none_or(|found| found < oldest) {
            bail!(
                "{} is {}; {oldest} or newer is wanted, or its path in {}",
                self.program.display(),
                self.version.trim(),
                variable(browser)
            );
        }
        Ok(())
    }
}

/// The first of the browser's programs that can say its version. Ubuntu's stand-in for a snap that is not there cannot.
fn browser_program(browser: Browser) -> Result<Found> {
    let ask = |program: PathBuf| {
        let version = capture(Command::new(&program).arg("--version")).ok()?;
        Some(Found { program, version })
    };
    if let Some(chosen) = env::var_os(variable(browser)) {
        return find(&chosen).and_then(ask).with_context(|| format!("{} is {}, which does not run", variable(browser), chosen.display()));
    }
    let names: &[&str] = match browser {
        Browser::Chrome => &[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "microsoft-edge",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
        ],
        Browser::Firefox => &["firefox", "firefox-esr", "/Applications/Firefox.app/Contents/MacOS/firefox"],
    };
    let found = names.iter().filter_map(find).find_map(ask);
    found.with_context(|| format!("{}, or its path in {}", browser.program(), variable(browser)))
}

fn variable(browser: Browser) -> &'static str {
    match browser {
        Browser::Chrome => "UNDIVIDED_CHROMIUM",
        Browser::Firefox => "UNDIVIDED_FIREFOX",
    }
}

fn kamailio() -> bool {
    let folders =
        ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib64", "/usr/local/lib"];
    let module = folders.iter().any(|folder| Path::new(folder).join("kamailio/modules/websocket.so").is_file());
    module && env::split_paths(&search_path()).any(|folder| folder.join("kamailio").is_file())
}

/// PATH with the folders of servers, which Debian leaves out for ordinary users.
fn search_path() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    env::join_paths(folders).unwrap_or(path)
}

/// The number before the first dot of the first word that begins with one: `Mozilla Firefox 153.7.0esr`, `v20.20.2`.
fn version(text: &str) -> Option<u32> {
    let word =
        text.split_whitespace().map(|word| word.trim_start_matches('v')).find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    word.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_programs_write_them() {
        assert_eq!(version("Mozilla Firefox 153.7.0esr\n"), Some(153));
        assert_eq!(version("Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)"), Some(156));
        assert_eq!(version("v20.20.2"), Some(20));
        assert_eq!(version("Command '/usr/bin/firefox' requires the firefox snap to be installed."), None);
    }
}
