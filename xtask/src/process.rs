//! Running other programs, and where this project and they are. Knows nothing of what they are for.

use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The top of the tree. Asked at run time, because a binary may outlive the folder it was built in.
pub fn root() -> Result<PathBuf> {
    let own = env::var_os("CARGO_MANIFEST_DIR").context("start it as `cargo xtask`")?;
    let root = Path::new(&own).parent().context("xtask lies in a folder of the tree")?;
    Ok(root.to_path_buf())
}

/// The cargo that started us, in the folder `directory`, always by the lock file.
pub fn cargo(directory: &Path, subcommand: &str) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(directory).arg(subcommand);
    if subcommand != "fmt" {
        command.arg("--locked");
    }
    command
}

/// Runs to the end with our own input and output.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", line(command)))?;
    if !status.success() {
        bail!("failed ({status}): {}", line(command));
    }
    Ok(())
}

/// Runs to the end and gives what it wrote to standard output; what it wrote to standard error is shown only if it fails.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", line(command)))?;
    if !output.status.success() {
        bail!("failed ({}): {}\n{}", output.status, line(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The first file in PATH of that name. A path with a folder in it is taken as it is.
pub fn find(program: impl AsRef<OsStr>) -> Option<PathBuf> {
    let program = Path::new(program.as_ref());
    if program.components().count() > 1 {
        return program.is_file().then(|| program.to_path_buf());
    }
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Every file of the project, committed or not, that is not ignored: what a clean clone of this state would hold. Sorted, relative to `root`. In a folder that is no clone,
/// as a reviewer has it from the archive of the sources, all but what is built there.
pub fn sources(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if root.join(".git").exists() {
        let mut git = Command::new("git");
        git.current_dir(root).args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
        files.extend(capture(&mut git)?.split_terminator('\0').map(PathBuf::from).filter(|file| root.join(file).is_file()));
    } else {
        walk(root, Path::new(""), &mut files)?;
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        let is_built = ["target", "dist", "node_modules"].iter().any(|built| entry.file_name() == *built);
        if !entry.file_type()?.is_dir() {
            files.push(path);
        } else if !is_built {
            walk(root, &path, files)?;
        }
    }
    Ok(())
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
