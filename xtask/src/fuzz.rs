//! `cargo xtask fuzz`: looks for a text that breaks a parser, and for one whose time grows too fast. Not part of the test command: it needs a nightly
//! compiler, and finds the more the longer it runs. What it tries is `tests/parsers/mod.rs`, which the test command tries in its own way.

use crate::process::{capture, cargo, run as run_command};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The version is written down, as it is a program that others wrote and that changes.
const CARGO_FUZZ: &str = "0.13.2";

/// Runs the named targets, or all, for so many seconds each. What was found on the way is kept in target/fuzz-corpus and gone on from the next time.
///
/// # Errors
/// When there is no nightly compiler, a text breaks a parser (it is then in target/fuzz-found), or a parser's time grows too fast.
pub fn run(root: &Path, seconds: u32, wanted: &[String]) -> Result<()> {
    let all = targets(root)?;
    if let Some(unknown) = wanted.iter().find(|name| !all.contains(name)) {
        bail!("there is no target `{unknown}`; there are: {}", all.join(" "));
    }
    let fuzz = cargo_fuzz(root)?;
    run_command(
        cargo(&root.join("fuzz"), "run").args(["--release", "--quiet", "--bin", "growth", "--target-dir"]).arg(root.join("target/fuzz")),
    )?;
    let mut lines = Vec::new();
    for name in all.iter().filter(|name| wanted.is_empty() || wanted.contains(name)) {
        let (corpus, found) = (root.join("target/fuzz-corpus").join(name), root.join("target/fuzz-found").join(name));
        fs::create_dir_all(&corpus)?;
        fs::create_dir_all(&found)?;
        let mut command = Command::new(&fuzz);
        // No sanitizer: the core has no unsafe code, and without it four times as much is tried in the same time.
        command.current_dir(root).env("RUSTUP_TOOLCHAIN", "nightly").args([
            "run",
            "--sanitizer",
            "none",
            "--fuzz-dir",
            "fuzz",
            "--target-dir",
        ]);
        command.arg(root.join("target/fuzz-nightly")).arg(name).arg(&corpus).arg(root.join("fuzz/seeds").join(name));
        if name == "adapters" {
            command.arg(root.join("data/tools"));
        }
        command.args(["--", "-dict=fuzz/json.dict", "-max_len=8192", "-timeout=10", "-print_final_stats=1"]);
        command.arg(format!("-max_total_time={seconds}")).arg(format!("-artifact_prefix={}/", found.display()));
        let output = command.output().context("cargo-fuzz does not run")?;
        let told = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            bail!("{name}: a text breaks it\n{}", last_lines(&told, 60));
        }
        let stat = |wanted: &str| told.lines().find_map(|line| line.strip_prefix(wanted)).map_or("?", str::trim).to_owned();
        let line = format!(
            "{name:<12} {:>12} runs in {seconds} s, {} kept",
            stat("stat::number_of_executed_units:"),
            fs::read_dir(&corpus)?.count()
        );
        println!("{line}");
        lines.push(line);
    }
    println!("\nnothing found:\n{}", lines.join("\n"));
    Ok(())
}

fn targets(root: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("fuzz/fuzz_targets"))? {
        names.push(entry?.path().file_stem().unwrap_or_default().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// In a folder of this tree, as nothing is installed on a machine that is not ours.
fn cargo_fuzz(root: &Path) -> Result<std::path::PathBuf> {
    let toolchains = capture(Command::new("rustup").args(["toolchain", "list"])).context("rustup is missing; install it from rustup.rs")?;
    if !toolchains.lines().any(|line| line.starts_with("nightly")) {
        bail!("the fuzzer needs a nightly compiler: `rustup toolchain install nightly --profile minimal`");
    }
    let tools = root.join("target/tools");
    let program = tools.join("bin/cargo-fuzz");
    if !program.is_file() {
        let mut install = cargo(root, "install");
        run_command(install.args(["cargo-fuzz", "--version", CARGO_FUZZ, "--root"]).arg(&tools))?;
    }
    Ok(program)
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
