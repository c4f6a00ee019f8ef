//! The manifest of each bundle: `extension/manifest.json` with the differences of a browser and an edition laid over it.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::Path;
use std::str::FromStr;

/// Which loader reads the bundle.
#[derive(Clone, Copy, PartialEq)]
pub enum Browser {
    Chrome,
    Firefox,
}

/// Who installs the bundle: a person, who grants hosts by click, or an administrator, whose forced install grants what is required.
#[derive(Clone, Copy, PartialEq)]
pub enum Edition {
    Personal,
    Managed,
}

impl Browser {
    pub const ALL: [Browser; 2] = [Browser::Chrome, Browser::Firefox];

    pub fn name(self) -> &'static str {
        match self {
            Browser::Chrome => "chrome",
            Browser::Firefox => "firefox",
        }
    }

    /// What a person calls it, and the tests in UNDIVIDED_BROWSER: the bundle for Chrome is for every browser made of Chromium.
    pub fn program(self) -> &'static str {
        match self {
            Browser::Chrome => "chromium",
            Browser::Firefox => "firefox",
        }
    }
}

impl FromStr for Browser {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Browser> {
        Browser::ALL
            .into_iter()
            .find(|browser| browser.program() == name)
            .with_context(|| format!("`{name}` is neither chromium nor firefox"))
    }
}

impl Edition {
    pub const ALL: [Edition; 2] = [Edition::Personal, Edition::Managed];

    pub fn name(self) -> &'static str {
        match self {
            Edition::Personal => "personal",
            Edition::Managed => "managed",
        }
    }
}

/// The manifest as the bundle holds it. The version has one home, Cargo.toml; a manifest that names another one is refused.
pub fn manifest(root: &Path, browser: Browser, edition: Edition) -> Result<Value> {
    let mut manifest = read(root, "manifest.json")?;
    merge(&mut manifest, &read(root, &format!("manifest.{}.json", browser.name()))?);
    let name = format!("manifest.{}.json", edition.name());
    let differences = read(root, &name)?;
    merge(&mut manifest, differences.get(browser.name()).with_context(|| format!("{name} has one part a browser"))?);
    let version = env!("CARGO_PKG_VERSION");
    match manifest.get("version").and_then(Value::as_str) {
        Some(other) if other != version => {
            bail!("the manifest says version {other}, Cargo.toml says {version}: leave it out, xtask puts it in")
        }
        _ => manifest["version"] = version.into(),
    }
    Ok(manifest)
}

/// Lays `over` on `base`: objects key by key, lists one after the other, `null` takes a key away, anything else replaces.
fn merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                if value.is_null() {
                    base.remove(key);
                } else {
                    merge(base.entry(key.clone()).or_insert(Value::Null), value);
                }
            }
        }
        (Value::Array(base), Value::Array(over)) => base.extend(over.iter().cloned()),
        (base, over) => *base = over.clone(),
    }
}

fn read(root: &Path, name: &str) -> Result<Value> {
    let path = root.join("extension").join(name);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("extension/{name} is not JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn differences_add_to_objects_and_lists_and_null_takes_away() {
        let mut base = json!({ "a": { "x": 1 }, "list": ["one"], "gone": true, "kept": 1 });
        merge(&mut base, &json!({ "a": { "y": 2 }, "list": ["two"], "gone": null, "kept": 2 }));
        assert_eq!(base, json!({ "a": { "x": 1, "y": 2 }, "list": ["one", "two"], "kept": 2 }));
    }

    #[test]
    fn only_the_managed_edition_requires_hosts() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for browser in Browser::ALL {
            let personal = manifest(root, browser, Edition::Personal).unwrap();
            let managed = manifest(root, browser, Edition::Managed).unwrap();
            assert_eq!(personal.get("host_permissions"), None);
            assert_eq!(managed.get("optional_host_permissions"), None);
            assert_eq!(managed["host_permissions"], json!(["<all_urls>"]));
        }
    }

    /// By these names alone the editions find one another in Chrome; Firefox has no such list, and background.js looks at the sender's id.
    #[test]
    fn the_editions_are_open_to_one_another_and_to_nobody_else() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let [personal, managed] = Edition::ALL.map(|edition| manifest(root, Browser::Chrome, edition).unwrap());
        let id = |manifest: &Value| crate::package::id_of(manifest["key"].as_str().unwrap()).unwrap();
        assert_eq!(personal["externally_connectable"], json!({ "ids": [id(&managed)] }));
        assert_eq!(managed["externally_connectable"], json!({ "ids": [id(&personal)] }));
    }

    #[test]
    fn no_two_bundles_share_an_id() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for (browser, id) in [(Browser::Chrome, "/key"), (Browser::Firefox, "/browser_specific_settings/gecko/id")] {
            let [personal, managed] = Edition::ALL.map(|edition| manifest(root, browser, edition).unwrap().pointer(id).cloned());
            assert!(personal.is_some() && managed.is_some() && personal != managed);
        }
    }
}
