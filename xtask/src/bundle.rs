//! `cargo xtask bundle`: the four unpacked extensions, complete and checked, or none. A bundle is put together in memory, checked as a
//! whole, and only then written; the same tree gives the same bytes in whatever folder it lies (`reproduce.rs` proves it).

use crate::manifest::{Browser, Edition, manifest};
use crate::process::{capture, cargo, run};
use crate::references::Files;
use crate::{finder, locales, preset, references, setup};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use wasm_bindgen_cli_support::Bindgen;

/// The four parts of the shell, each a wasm with what it needs of the core, and how large each may be as the loader reads it. The background's is instantiated anew
/// each time an idle worker wakes, and one careless dependency (`url`, `regex`) eats it alone. Raised only by a commit that shows what it buys, never above 350 KB: 200 KB
/// for the first protected call; 280 for adapters with their evaluator and checks (53 KB), the list of tools in the settings (6 KB) and the page that says why (9 KB); 290
/// for who else waits, tags and history on the card, the browser's word on sound and microphones, and adapters in the settings (11 KB together). Lists with exceptions, words
/// and other scripts, the mode that holds all else, letting through, notifications and the digest came to 337 in one piece; in two it is 281 and 211.
/// The card that coaches has a part of its own, 295 KB with names, places, phrases and their order; the background's share of it, the facts that `step` keeps of a conversation
/// with the memory, is 30 KB. The administrators' page, which writes a policy for six kinds of browser and system, is 21 KB of the pages' part, which opens by a click alone.
/// Insights are 16 KB of the background's (their sums, and the books that are written one change at a time) and a page of charts and tables. With the search over all settings,
/// a tool's test and what IT has set the pages came to 349 KB; those that give and take files have a part of their own since, and both are far below.
/// Effects in the order in which they matter to a person, and what came of them taken in together, are 2 KB of the background's, and halved the time until fifty tabs are held.
const PARTS: [(&str, usize); 4] = [("background", 338 * 1024), ("files", 245 * 1024), ("pages", 275 * 1024), ("sidebar", 310 * 1024)];

/// What to bundle from where to where.
pub struct Bundle {
    root: PathBuf,
    /// The folder that gets one folder an edition.
    pub out: PathBuf,
    /// A cargo feature of the crate: `faults` for the browser tests.
    pub feature: Option<String>,
}

impl Bundle {
    /// What is shipped.
    pub fn standard(root: &Path) -> Bundle {
        Bundle { root: root.to_path_buf(), out: root.join("dist"), feature: None }
    }

    /// What the browser tests load: the same, able to fail on purpose.
    pub fn faulty(root: &Path) -> Bundle {
        Bundle { root: root.to_path_buf(), out: root.join("target/e2e-dist"), feature: Some("faults".into()) }
    }

    /// Writes all four. Old ones are removed first, so that a failure leaves nothing that looks like its result.
    pub fn write(&self) -> Result<()> {
        for (browser, edition) in bundles() {
            let folder = self.folder(browser, edition);
            if folder.exists() {
                fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
            }
        }
        setup::wasm_target(&self.root)?;
        let mut wasm = Files::new();
        let folder = self.root.join(self.feature.as_ref().map_or("target/glue".into(), |feature| format!("target/glue-{feature}")));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        // All at once: what takes the time, the linker's last step, is one thread's work. From nothing on two cores: 119 s, one after the other 169.
        let compiled = thread::scope(|scope| {
            let begun = PARTS.map(|(part, _)| scope.spawn(move || self.compile(part)));
            begun.map(|part| part.join().unwrap_or_else(|_| bail!("the compiler's thread panicked")))
        });
        for ((part, limit), compiled) in PARTS.into_iter().zip(compiled) {
            wasm.extend(self.glue(&folder, part, limit, &compiled?)?);
        }
        let rust = read_tree(&self.root, "src/browser")?;
        for (browser, edition) in bundles() {
            let name = format!("{}-{}", browser.name(), edition.name());
            let files = self.assemble(browser, edition, &wasm, &rust).with_context(|| name.clone())?;
            for (path, content) in &files {
                let path = self.folder(browser, edition).join(path);
                fs::create_dir_all(path.parent().unwrap_or(&path))?;
                fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
            }
            println!(
                "{}: {} files, {:.1} KB",
                self.folder(browser, edition).display(),
                files.len(),
                kilobytes(files.values().map(Vec::len).sum())
            );
        }
        Ok(())
    }

    fn folder(&self, browser: Browser, edition: Edition) -> PathBuf {
        self.out.join(format!("{}-{}", browser.name(), edition.name()))
    }

    /// Compiles one part of the crate, with a target folder of its own: its flags would make cargo throw away the native build each time.
    fn compile(&self, part: &str) -> Result<PathBuf> {
        let target = self.root.join("target/wasm").join(part);
        let mut build = cargo(&self.root, "build");
        build.args(["--release", "--package", "undivided", "--target", "wasm32-unknown-unknown", "--target-dir"]).arg(&target);
        build.args(["--no-default-features", "--features", part]);
        build.args(self.feature.iter().flat_map(|feature| ["--features", feature]));
        run(build.env("CARGO_ENCODED_RUSTFLAGS", self.path_remaps()?.join("\u{1f}")))?;
        Ok(target.join("wasm32-unknown-unknown/release/undivided.wasm"))
    }

    /// Panic messages hold the paths of sources: of this tree, of the crates and of the standard library where `rust-src` is installed.
    fn path_remaps(&self) -> Result<Vec<String>> {
        let mut remaps = vec![format!("--remap-path-prefix={}=/undivided", self.root.display())];
        // A folder per registry, named after its address: another one where a mirror is configured.
        let home = std::env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(std::env::home_dir()?.join(".cargo")))
            .context("set CARGO_HOME")?;
        if let Ok(registries) = fs::read_dir(home.join("registry/src")) {
            for registry in registries {
                remaps.push(format!("--remap-path-prefix={}=/crates", registry?.path().display()));
            }
        }
        let rustc = |arguments: &[&str]| capture(Command::new("rustc").current_dir(&self.root).args(arguments));
        let sysroot = rustc(&["--print", "sysroot"])?;
        let version = rustc(&["--version", "--verbose"])?;
        let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown");
        remaps.push(format!("--remap-path-prefix={}/lib/rustlib/src/rust=/rustc/{commit}", sysroot.trim()));
        Ok(remaps)
    }

    /// The wasm and the script that loads it. Their types go beside them for `tsc` and the editor, not into the bundle.
    fn glue(&self, folder: &Path, part: &str, limit: usize, compiled: &Path) -> Result<Files> {
        Bindgen::new()
            .input_path(compiled)
            .out_name(part)
            .web(true)?
            .typescript(true)
            .remove_name_section(true)
            .remove_producers_section(true)
            // A panic leaves an instance that must not be entered again: background.js builds a new one, once.
            .reset_state_function(true)
            .generate(folder.join("wasm"))
            .context("cannot make the glue between wasm and JavaScript")?;
        let mut files = read_tree(folder, "wasm")?;
        files.retain(|path, _| !path.ends_with(".d.ts"));
        let wasm = files.get(&format!("wasm/{part}_bg.wasm")).context("no wasm was made")?;
        println!(
            "wasm of the {part}: {:.1} KB raw, {:.1} KB gzip, limit {:.0} KB raw",
            kilobytes(wasm.len()),
            kilobytes(gzip(wasm)?),
            kilobytes(limit)
        );
        // What tests break on purpose comes on top, and ships nowhere.
        if wasm.len() > limit && self.feature.is_none() {
            bail!("{} bytes of wasm are more than {limit}; see PARTS in xtask/src/bundle.rs", wasm.len());
        }
        Ok(files)
    }

    fn assemble(&self, browser: Browser, edition: Edition, wasm: &Files, rust: &Files) -> Result<Files> {
        let mut files = wasm.clone();
        files.extend(read_tree(&self.root, "www")?);
        for (path, content) in read_tree(&self.root, "extension")? {
            let path = path.trim_start_matches("extension/");
            if is_shipped(path, browser) {
                files.insert(path.to_owned(), content);
            }
        }
        // One file a kind, by id.
        let mut tools = serde_json::Map::new();
        let mut presets = serde_json::Map::new();
        let mut places = serde_json::Map::new();
        for (path, content) in read_tree(&self.root, "data")? {
            let value: Value = serde_json::from_slice(&content).with_context(|| format!("{path} is not JSON"))?;
            if let Some(id) = path.strip_prefix("data/tools/").and_then(|name| name.strip_suffix(".json")) {
                tools.insert(id.to_owned(), value);
            } else if let Some(id) = path.strip_prefix("data/presets/").and_then(|name| name.strip_suffix(".json")) {
                presets.insert(id.to_owned(), preset::packed(id, &value)?);
            } else if let Some(id) = path.strip_prefix("data/places/").and_then(|name| name.strip_suffix(".json")) {
                places.insert(id.to_owned(), value);
            } else {
                files.insert(path, serde_json::to_vec(&value)?);
            }
        }
        files.insert("data/tools.json".into(), serde_json::to_vec(&Value::Object(tools))?);
        files.insert("data/presets.json".into(), serde_json::to_vec(&Value::Object(presets))?);
        files.insert("data/places.json".into(), serde_json::to_vec(&Value::Object(places))?);
        files.insert("data/finder.json".into(), serde_json::to_vec(&finder::index(&files)?)?);
        if self.feature.as_deref() == Some("faults")
            && let Some(background) = files.get_mut("background.js")
        {
            background.extend(FAULTS.as_bytes());
        }
        let manifest = manifest(&self.root, browser, edition)?;
        files.insert("manifest.json".into(), format!("{manifest:#}\n").into_bytes());
        references::check(&files, &manifest, rust)?;
        locales::check(&files, rust)?;
        let modules: Vec<_> = files.keys().filter(|path| path.ends_with(".wasm")).collect();
        if modules.len() != PARTS.len() {
            bail!("a .wasm for each of {PARTS:?} is wanted, these are there: {modules:?}");
        }
        Ok(files)
    }
}

/// The tests' way to the wasm's faults; no shipped bundle has it.
const FAULTS: &str = "\nchrome.runtime.onMessage.addListener(({ fault }) => void (fault && enqueue({ fault })));\n";

/// Not the parts of the manifest, types, and what the icons are drawn from; no schema for policies in Firefox, which has none.
fn is_shipped(path: &str, browser: Browser) -> bool {
    let source = path.starts_with("manifest.") || path.ends_with(".d.ts") || path.ends_with(".svg");
    !source && (path != "managed_schema.json" || browser == Browser::Chrome)
}

fn bundles() -> impl Iterator<Item = (Browser, Edition)> {
    Browser::ALL.into_iter().flat_map(|browser| Edition::ALL.map(|edition| (browser, edition)))
}

/// Every file below `root/folder`, by its path from `root`. Names that begin with a dot are a system's or an editor's, not ours.
fn read_tree(root: &Path, folder: &str) -> Result<Files> {
    let mut files = Files::new();
    let entries = match fs::read_dir(root.join(folder)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(files),
        entries => entries.with_context(|| format!("cannot read {folder}"))?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            files.extend(read_tree(root, &path)?);
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(files)
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1024.0
}
