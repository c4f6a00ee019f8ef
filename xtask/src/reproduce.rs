//! `cargo xtask reproduce`: the sources copied to one folder, and unpacked from the source archive into another of another name and depth, bundled in each with
//! nothing shared but the compiler and cargo's downloads, packed, and compared byte for byte. What a store's reviewer does, done beforehand.

use crate::bundle::Bundle;
use crate::package::{VERSION, packed, source};
use crate::process::sources;
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// Prints the SHA-256 of every file of the bundles and of the archives for the stores, or fails with those that differ.
pub fn run(root: &Path) -> Result<()> {
    let files = sources(root)?;
    let scratch = Scratch::new()?;
    let copy = scratch.0.join("first");
    for file in &files {
        let to = copy.join(file);
        fs::create_dir_all(to.parent().unwrap_or(&copy))?;
        fs::copy(root.join(file), &to).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    let unpacked = scratch.0.join("second/in a deeper folder");
    zip::ZipArchive::new(Cursor::new(source(root)?))?.extract(&unpacked).context("cannot unpack the source archive")?;
    let mut results = Vec::new();
    for folder in [copy, unpacked.join(format!("undivided-{VERSION}"))] {
        Bundle::standard(&folder).write()?;
        let dist = folder.join("dist");
        let mut found = hashes(&dist, Path::new(""))?;
        found.extend(packed(&dist)?.into_iter().map(|(name, archive)| (PathBuf::from(name), hash(&archive))));
        results.push(found);
    }
    let [first, second] = [&results[0], &results[1]];
    let differing: Vec<_> = first
        .keys()
        .chain(second.keys())
        .filter(|path| first.get(*path) != second.get(*path))
        .map(|path| path.display().to_string())
        .collect();
    if !differing.is_empty() {
        bail!("two builds of the same sources differ in:\n  {}", differing.join("\n  "));
    }
    for (path, hash) in first {
        println!("{hash}  {}", path.display());
    }
    println!("{} files, the same bytes in both builds", first.len());
    Ok(())
}

fn hashes(top: &Path, folder: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(top.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            found.extend(hashes(top, &path)?);
        } else {
            found.insert(path, hash(&fs::read(entry.path())?));
        }
    }
    Ok(found)
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A folder outside the tree that goes with its value: a gigabyte of two target folders should not stay.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Scratch> {
        let folder = std::env::temp_dir().join(format!("undivided-reproduce-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Scratch(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("left behind: {} ({error})", self.0.display());
        }
    }
}
