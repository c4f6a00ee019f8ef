//! A policy as administrators write it: read from whatever file it stands in, checked for what a browser would drop before we see it, and written as each
//! browser and system wants it. Must never change a setting on the way: what is written for a browser is read back as it was.

use crate::object;
use crate::settings::{KEYS, Member, Shape, is_list};
use crate::value::{Value, names};

/// Who reads a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Chrome, Chromium and Edge on Linux.
    ChromiumLinux,
    /// Chrome on Windows, by the registry.
    ChromeWindows,
    /// Edge on Windows, likewise.
    EdgeWindows,
    /// Chrome on macOS, by a configuration profile.
    ChromeMac,
    /// Chrome's cloud console: the settings of one extension.
    ChromeCloud,
    /// Firefox, on every system.
    Firefox,
}

names! {
    pub Target {
        ChromiumLinux = "chromium-linux",
        ChromeWindows = "chrome-windows",
        EdgeWindows = "edge-windows",
        ChromeMac = "chrome-mac",
        ChromeCloud = "chrome-cloud",
        Firefox = "firefox",
    }
}

impl Target {
    /// In the order in which they are offered.
    pub const ALL: [Target; 6] =
        [Target::ChromiumLinux, Target::ChromeWindows, Target::EdgeWindows, Target::ChromeMac, Target::ChromeCloud, Target::Firefox];

    /// What the file is called.
    pub fn file_name(self) -> &'static str {
        match self {
            Target::ChromiumLinux => "undivided.json",
            Target::ChromeWindows => "undivided-chrome.reg",
            Target::EdgeWindows => "undivided-edge.reg",
            Target::ChromeMac => "undivided.mobileconfig",
            Target::ChromeCloud => "undivided-cloud.json",
            Target::Firefox => "policies.json",
        }
    }
}

/// How the extension comes onto the machines, as the policy says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Install {
    /// Chrome: a store's or a server's update address. Firefox: the address of the signed `.xpi`.
    pub url: String,
    /// Whether its button is kept in the toolbar.
    pub button: Button,
    /// Whether it runs in private windows; Firefox alone can be told.
    pub private_windows: PrivateWindows,
}

/// Whether its button is kept in the toolbar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// It is.
    Pinned,
    /// As the agent likes.
    Free,
}

/// Whether it runs in private windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrivateWindows {
    /// It does.
    Allowed,
    /// As the browser has it: it does not.
    Usual,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// JSON.
    Json(Value),
    /// Text: the registry's, or a profile's XML.
    Text(String),
}

/// The file for one target. Whoever has the same settings gets the same bytes.
pub fn file(target: Target, id: &str, settings: &Value, install: Option<&Install>) -> Content {
    match target {
        Target::ChromiumLinux => {
            let mut policy = object! {};
            if let Some(install) = install {
                policy.put("ExtensionSettings", member(id, chromium_install(install, "toolbar_pin", "force_pinned")));
            }
            policy.put("3rdparty", object! { "extensions" => member(id, settings.clone()) });
            Content::Json(policy)
        }
        Target::ChromeCloud => Content::Json(Value::Object(
            settings.members().iter().map(|(key, value)| (key.clone(), object! { "Value" => value.clone() })).collect(),
        )),
        Target::Firefox => {
            let mut policies = object! {};
            if let Some(install) = install {
                policies.put("ExtensionSettings", member(id, firefox_install(install)));
            }
            policies.put("3rdparty", object! { "Extensions" => member(id, settings.clone()) });
            Content::Json(object! { "policies" => policies })
        }
        Target::ChromeWindows => {
            Content::Text(registry("Google\\Chrome", "extensions", id, settings, install, ("toolbar_pin", "force_pinned")))
        }
        Target::EdgeWindows => {
            Content::Text(registry("Microsoft\\Edge", "extensions", id, settings, install, ("toolbar_state", "force_shown")))
        }
        Target::ChromeMac => Content::Text(profile(id, settings, install)),
    }
}

fn member(name: &str, value: Value) -> Value {
    let mut object = object! {};
    object.put(name, value);
    object
}

fn chromium_install(install: &Install, pin: &str, pinned: &str) -> Value {
    // Without the last, the address counts for the first installation alone: our manifest has none for later versions.
    let mut rules = object! {
        "installation_mode" => "force_installed", "update_url" => install.url.as_str(), "override_update_url" => true,
    };
    if install.button == Button::Pinned {
        rules.put(pin, pinned.into());
    }
    rules
}

fn firefox_install(install: &Install) -> Value {
    let mut rules = object! { "installation_mode" => "force_installed", "install_url" => install.url.as_str() };
    if install.button == Button::Pinned {
        rules.put("default_area", "navbar".into());
    }
    if install.private_windows == PrivateWindows::Allowed {
        rules.put("private_browsing", true.into());
    }
    rules
}

// --- The registry ---

/// A list is a key with the values 1, 2 and so on, an object a key with its members; a number is a DWORD (Chromium's
/// `components/policy/core/common/registry_dict.cc` reads them so).
fn registry(browser: &str, folder: &str, id: &str, settings: &Value, install: Option<&Install>, pin: (&str, &str)) -> String {
    let top = ["HKEY_LOCAL_MACHINE\\Software\\Policies\\", browser].concat();
    let mut text = String::from("Windows Registry Editor Version 5.00\r\n");
    if let Some(install) = install {
        let rules = chromium_install(install, pin.0, pin.1);
        registry_key(&mut text, &[top.as_str(), "\\ExtensionSettings\\", id].concat(), &rules);
    }
    registry_key(&mut text, &[top.as_str(), "\\3rdparty\\", folder, "\\", id, "\\policy"].concat(), settings);
    text
}

fn registry_key(text: &mut String, path: &str, value: &Value) {
    let members: Vec<(String, &Value)> = match value {
        Value::List(entries) => entries.iter().enumerate().map(|(at, entry)| ((at + 1).to_string(), entry)).collect(),
        _ => value.members().iter().map(|(name, value)| (name.clone(), value)).collect(),
    };
    // What stood there before goes: an entry fewer would otherwise leave the last one behind.
    text.push_str(&["\r\n[-", path, "]\r\n\r\n[", path, "]\r\n"].concat());
    registry_values(text, path, &members);
}

fn registry_values(text: &mut String, path: &str, members: &[(String, &Value)]) {
    for (name, value) in members {
        let written = match value {
            Value::Text(written) => registry_text(written),
            Value::Number(number) => dword(*number as u32),
            Value::Truth(truth) => dword(u32::from(*truth)),
            Value::Null | Value::List(_) | Value::Object(_) => continue,
        };
        text.push_str(&[registry_text(name).as_str(), "=", written.as_str(), "\r\n"].concat());
    }
    for (name, value) in members {
        let inner: Vec<(String, &Value)> = match value {
            Value::List(entries) => entries.iter().enumerate().map(|(at, entry)| ((at + 1).to_string(), entry)).collect(),
            Value::Object(inner) => inner.iter().map(|(name, value)| (name.clone(), value)).collect(),
            _ => continue,
        };
        let path = [path, "\\", name.as_str()].concat();
        text.push_str(&["\r\n[", path.as_str(), "]\r\n"].concat());
        registry_values(text, &path, &inner);
    }
}

/// Eight digits of sixteen; written by hand, as formatting costs the wasm more than this.
fn dword(number: u32) -> String {
    let digits = (0..8).rev().map(|at| char::from_digit(number >> (at * 4) & 15, 16).unwrap_or('0'));
    "dword:".chars().chain(digits).collect()
}

/// Quoted. A line break ends a value in this format, and none of our settings needs one.
fn registry_text(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '\\' | '"' => quoted.extend(['\\', letter]),
            '\r' | '\n' => quoted.push(' '),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

// --- A profile of macOS ---

fn profile(id: &str, settings: &Value, install: Option<&Install>) -> String {
    let mut payloads = Vec::new();
    if let Some(install) = install {
        let rules = object! { "ExtensionSettings" => member(id, chromium_install(install, "toolbar_pin", "force_pinned")) };
        payloads.push(payload("com.google.Chrome", "Undivided: installation", &rules));
    }
    payloads.push(payload(&["com.google.Chrome.extensions.", id].concat(), "Undivided: settings", settings));
    let identity = ["undivided.", id].concat();
    let whole = object! {
        "PayloadContent" => payloads,
        "PayloadDisplayName" => "Undivided",
        "PayloadIdentifier" => identity.as_str(),
        "PayloadScope" => "System",
        "PayloadType" => "Configuration",
        "PayloadUUID" => uuid(&identity),
        "PayloadVersion" => 1.0,
    };
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n",
    );
    property(&mut text, &whole, 0);
    text.push_str("</plist>\n");
    text
}

fn payload(kind: &str, name: &str, settings: &Value) -> Value {
    let identity = ["undivided.", kind].concat();
    let mut payload = settings.clone();
    for (key, value) in [
        ("PayloadDisplayName", name.into()),
        ("PayloadIdentifier", identity.as_str().into()),
        ("PayloadType", kind.into()),
        ("PayloadUUID", uuid(&identity).into()),
        ("PayloadVersion", 1.0.into()),
    ] {
        payload.put(key, value);
    }
    payload
}

fn property(text: &mut String, value: &Value, depth: usize) {
    let indent = "  ".repeat(depth);
    let mut line = |parts: &[&str]| {
        text.push_str(&indent);
        text.push_str(&parts.concat());
        text.push('\n');
    };
    match value {
        Value::Null => line(&["<string></string>"]),
        Value::Truth(truth) => line(&[if *truth { "<true/>" } else { "<false/>" }]),
        Value::Number(number) => line(&["<integer>", (*number as i64).to_string().as_str(), "</integer>"]),
        Value::Text(written) => line(&["<string>", xml(written).as_str(), "</string>"]),
        Value::List(entries) => {
            line(&["<array>"]);
            for entry in entries {
                property(text, entry, depth + 1);
            }
            text.push_str(&[indent.as_str(), "</array>\n"].concat());
        }
        Value::Object(members) => {
            line(&["<dict>"]);
            for (name, value) in members {
                text.push_str(&[indent.as_str(), "  <key>", xml(name).as_str(), "</key>\n"].concat());
                property(text, value, depth + 1);
            }
            text.push_str(&[indent.as_str(), "</dict>\n"].concat());
        }
    }
}

fn xml(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            _ => safe.push(letter),
        }
    }
    safe
}

/// The same for the same text: a profile that is installed again replaces the one before instead of lying beside it.
fn uuid(text: &str) -> String {
    let mut bytes = [0u8; 16];
    for (half, seed) in [(0, 0xcbf2_9ce4_8422_2325u64), (8, 0x9ae1_6a3b_2f90_404f)] {
        // FNV-1a, twice with another beginning: only its being the same each time counts.
        let hash = text.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        for (at, byte) in hash.to_be_bytes().into_iter().enumerate() {
            bytes[half + at] = byte;
        }
    }
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut written = String::new();
    for (at, byte) in bytes.into_iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            written.push('-');
        }
        written.extend([byte >> 4, byte & 15].into_iter().filter_map(|half| char::from_digit(u32::from(half), 16)));
    }
    written.to_ascii_uppercase()
}

// --- Reading ---

/// The settings of a file, and for which extension they are where it says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// In what they stood.
    pub form: Form,
    /// The extension's id.
    pub id: Option<String>,
    /// The settings.
    pub settings: Value,
}

/// In what settings stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In nothing: an object of settings.
    Bare,
    /// A policy file of Chrome, Chromium or Edge.
    Chromium,
    /// Chrome's cloud console.
    Cloud,
    /// Firefox's `policies.json`.
    Firefox,
    /// A native manifest for managed storage in Firefox.
    NativeManifest,
}

names! {
    pub Form { Bare = "bare", Chromium = "chromium", Cloud = "cloud", Firefox = "firefox", NativeManifest = "native-manifest" }
}

/// Finds the settings in a policy file. Where a file has settings for several extensions, ours are those with the most keys that we know.
/// `None` where there is no object of settings anywhere.
pub fn find(file: &Value) -> Option<Found> {
    let of_extensions = |form, extensions: &Value| {
        let known = |settings: &Value| settings.members().iter().filter(|(name, _)| is_known(name)).count();
        let (id, settings) = extensions
            .members()
            .iter()
            .filter(|(_, settings)| matches!(settings, Value::Object(_)))
            .max_by_key(|(_, settings)| known(settings))?;
        Some(Found { form, id: Some(id.clone()), settings: settings.clone() })
    };
    if let Some(extensions) = file.get("3rdparty").and_then(|others| others.get("extensions")) {
        return of_extensions(Form::Chromium, extensions);
    }
    if let Some(policies) = file.get("policies") {
        return of_extensions(Form::Firefox, policies.get("3rdparty")?.get("Extensions")?);
    }
    if file.text_of("type") == Some("storage")
        && let Some(settings) = file.get("data")
    {
        return Some(Found { form: Form::NativeManifest, id: file.text_of("name").map(str::to_owned), settings: settings.clone() });
    }
    let members = match file {
        Value::Object(members) => members,
        _ => return None,
    };
    let in_value = |value: &Value| value.members().len() == 1 && value.get("Value").is_some();
    if !members.is_empty() && members.iter().all(|(_, value)| in_value(value)) {
        let settings = members.iter().map(|(name, value)| (name.clone(), value.get("Value").cloned().unwrap_or_default())).collect();
        return Some(Found { form: Form::Cloud, id: None, settings: Value::Object(settings) });
    }
    Some(Found { form: Form::Bare, id: None, settings: file.clone() })
}

fn is_known(name: &str) -> bool {
    KEYS.iter().any(|key| key.name == name)
}

/// The keys that Chrome, Chromium and Edge drop as a whole, because something in them is of another kind than the schema says, each with the place of the
/// first such thing: `blocklist[2]`, `agent.line`. The extension never sees those keys, and can't complain of them (measured in Chromium 156).
pub fn dropped(settings: &Value) -> Vec<(String, String)> {
    let mut dropped = Vec::new();
    for key in KEYS {
        if let Some(value) = settings.get(key.name)
            && let Some(place) = misfit(key.shape, value)
        {
            dropped.push((key.name.to_owned(), [key.name, place.as_str()].concat()));
        }
    }
    dropped
}

fn misfit(shape: Shape, value: &Value) -> Option<String> {
    match shape {
        Shape::Texts => misfit_of_list(value, is_no_text),
        Shape::Choice(_) | Shape::Text => is_no_text(value),
        Shape::Integer { .. } => is_no_integer(value),
        Shape::Object(members) => misfit_of_object(value, members),
        Shape::Objects(names) => misfit_of_list(value, |entry| misfit_of_texts(entry, names)),
    }
}

fn misfit_of_list(value: &Value, of: impl Fn(&Value) -> Option<String>) -> Option<String> {
    let Some(entries) = value.list() else { return Some(String::new()) };
    entries.iter().enumerate().find_map(|(at, entry)| {
        let within = of(entry)?;
        Some(["[", (at + 1).to_string().as_str(), "]", within.as_str()].concat())
    })
}

fn misfit_of_object(value: &Value, members: &[(&str, Member)]) -> Option<String> {
    if !matches!(value, Value::Object(_)) {
        return Some(String::new());
    }
    members.iter().find_map(|(name, kind)| {
        let inner = value.get(name)?;
        let within = match kind {
            Member::Text => is_no_text(inner),
            Member::Integer => is_no_integer(inner),
            Member::Texts => misfit_of_list(inner, is_no_text),
            Member::Objects(names) => misfit_of_list(inner, |entry| misfit_of_texts(entry, names)),
        }?;
        Some([".", name, within.as_str()].concat())
    })
}

/// An object whose members are texts, but for those that the schema has as lists of texts.
fn misfit_of_texts(value: &Value, names: &[&str]) -> Option<String> {
    if !matches!(value, Value::Object(_)) {
        return Some(String::new());
    }
    names.iter().find_map(|name| {
        let inner = value.get(name)?;
        let within = if is_list(name) { misfit_of_list(inner, is_no_text) } else { is_no_text(inner) }?;
        Some([".", name, within.as_str()].concat())
    })
}

fn is_no_text(value: &Value) -> Option<String> {
    value.text().is_none().then(String::new)
}

fn is_no_integer(value: &Value) -> Option<String> {
    value.number().is_none_or(|number| number.fract() != 0.0).then(String::new)
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }

    const ID: &str = "lggnndhacealmhhodoedibbbmnebgjic";

    fn install() -> Install {
        Install { url: "https://example.com/u?a=1&b=\"2\"".into(), button: Button::Pinned, private_windows: PrivateWindows::Allowed }
    }

    fn settings() -> impl Strategy<Value = Value> {
        // What a person can write in a form: no control characters.
        let text = || "[^\\p{C}]{0,12}";
        let note = (text(), text()).prop_map(|(country, note)| object! { "country" => country, "note" => note });
        (prop::collection::vec(text(), 0..4), prop::collection::vec(note, 0..3), 0..700u32, text()).prop_map(|(list, notes, seconds, name)| {
            object! {
                "blocklist" => list, "placeNotes" => notes, "wrapUpSeconds" => f64::from(seconds), "agent" => object! { "name" => name },
            }
        })
    }

    proptest! {
        #[test]
        fn what_is_written_as_json_is_read_back_as_it_was(settings in settings()) {
            for target in [Target::ChromiumLinux, Target::ChromeCloud, Target::Firefox] {
                for install in [None, Some(&install())] {
                    let Content::Json(written) = file(target, ID, &settings, install) else { panic!("{target:?} is JSON") };
                    let again: Value = serde_json::from_str(&serde_json::to_string(&written).unwrap()).unwrap();
                    prop_assert_eq!(find(&again).unwrap().settings, settings.clone());
                }
            }
        }

        #[test]
        fn a_profile_is_a_property_list_with_the_settings_in_it(settings in settings()) {
            let Content::Text(written) = file(Target::ChromeMac, ID, &settings, Some(&install())) else { panic!("a profile is text") };
            let list = plist::Value::from_reader(std::io::Cursor::new(written)).unwrap();
            let payloads = list.as_dictionary().unwrap().get("PayloadContent").unwrap().as_array().unwrap();
            let last = payloads.last().unwrap().as_dictionary().unwrap();
            prop_assert_eq!(last.get("PayloadType").unwrap().as_string().unwrap(), "com.google.Chrome.extensions.".to_owned() + ID);
            for (name, value) in settings.members() {
                prop_assert_eq!(&of_plist(last.get(name).unwrap()), value);
            }
        }

        #[test]
        fn the_registry_gets_each_value_in_its_place(settings in settings()) {
            for (target, browser) in [(Target::ChromeWindows, "Google\\Chrome"), (Target::EdgeWindows, "Microsoft\\Edge")] {
                let Content::Text(written) = file(target, ID, &settings, Some(&install())) else { panic!("a registry file is text") };
                let top = ["HKEY_LOCAL_MACHINE\\Software\\Policies\\", browser].concat();
                let read = of_registry(&written);
                prop_assert_eq!(below(&read, &[&top, "\\3rdparty\\extensions\\", ID, "\\policy"].concat()), numbered(&settings));
                let rules = below(&read, &[&top, "\\ExtensionSettings\\", ID].concat());
                let url = install().url;
                prop_assert_eq!(rules.text_of("update_url"), Some(url.as_str()));
            }
        }

        #[test]
        fn nothing_that_is_no_policy_makes_it_stumble(text in ".{0,60}", settings in settings()) {
            for shape in [object! { "3rdparty" => text.as_str() }, object! { "policies" => object! { "3rdparty" => 1.0 } }, object! { "type" => "storage" }, text.as_str().into(), vec![settings].into()] {
                let _ = find(&shape).map(|found| dropped(&found.settings));
            }
        }
    }

    fn of_plist(value: &plist::Value) -> Value {
        match value {
            plist::Value::String(text) => text.as_str().into(),
            plist::Value::Integer(number) => (number.as_signed().unwrap() as f64).into(),
            plist::Value::Array(entries) => entries.iter().map(of_plist).collect::<Vec<_>>().into(),
            plist::Value::Dictionary(members) => {
                Value::Object(members.iter().map(|(name, value)| (name.clone(), of_plist(value))).collect())
            }
            other => panic!("{other:?}"),
        }
    }

    /// The values of each key: path, name, value.
    fn of_registry(text: &str) -> Vec<(String, Vec<(String, Value)>)> {
        let mut lines = text.split("\r\n");
        assert_eq!(lines.next(), Some("Windows Registry Editor Version 5.00"));
        let mut keys: Vec<(String, Vec<(String, Value)>)> = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            if let Some(path) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                if !path.starts_with('-') {
                    keys.push((path.to_owned(), Vec::new()));
                }
                continue;
            }
            let unquoted = |text: &str| text.replace("\\\"", "\u{1}").replace("\\\\", "\\").replace('\u{1}', "\"");
            let (name, value) = line.strip_prefix('"').unwrap().split_once("\"=").unwrap();
            let value = match value.strip_prefix("dword:") {
                Some(digits) => f64::from(u32::from_str_radix(digits, 16).unwrap()).into(),
                None => unquoted(value.strip_prefix('"').unwrap().strip_suffix('"').unwrap()).into(),
            };
            keys.last_mut().unwrap().1.push((unquoted(name), value));
        }
        keys
    }

    fn below(keys: &[(String, Vec<(String, Value)>)], top: &str) -> Value {
        let mut found = Value::Object(keys.iter().find(|(path, _)| path == top).unwrap().1.clone());
        let inner = |path: &str| {
            path.strip_prefix(top).and_then(|rest| rest.strip_prefix('\\')).filter(|rest| !rest.contains('\\')).map(str::to_owned)
        };
        for (path, _) in keys {
            if let Some(name) = inner(path) {
                found.put(&name, below(keys, path));
            }
        }
        sorted(found)
    }

    fn numbered(value: &Value) -> Value {
        sorted(match value {
            Value::List(entries) => {
                Value::Object(entries.iter().enumerate().map(|(at, entry)| ((at + 1).to_string(), numbered(entry))).collect())
            }
            Value::Object(members) => Value::Object(members.iter().map(|(name, value)| (name.clone(), numbered(value))).collect()),
            other => other.clone(),
        })
    }

    fn sorted(value: Value) -> Value {
        match value {
            Value::Object(mut members) => {
                members.sort_by(|(one, _), (other, _)| one.cmp(other));
                Value::Object(members)
            }
            other => other,
        }
    }

    #[test]
    fn settings_are_found_in_whatever_they_stand() {
        for (text, form, id) in [
            (r#"{ "wrapUpSeconds": 5 }"#, Form::Bare, None),
            (
                r#"{ "3rdparty": { "extensions": { "other": { "x": 1 }, "ours": { "wrapUpSeconds": 5 } } }, "HomepageLocation": "x" }"#,
                Form::Chromium,
                Some("ours"),
            ),
            (r#"{ "policies": { "3rdparty": { "Extensions": { "ours": { "wrapUpSeconds": 5 } } } } }"#, Form::Firefox, Some("ours")),
            (r#"{ "wrapUpSeconds": { "Value": 5 } }"#, Form::Cloud, None),
            (
                r#"{ "name": "ours", "type": "storage", "description": "d", "data": { "wrapUpSeconds": 5 } }"#,
                Form::NativeManifest,
                Some("ours"),
            ),
        ] {
            let found = find(&value(text)).unwrap();
            assert_eq!((found.form, found.id.as_deref(), found.settings), (form, id, object! { "wrapUpSeconds" => 5.0 }), "{text}");
        }
        assert_eq!(find(&value("[1]")), None);
        assert_eq!(find(&value(r#"{ "policies": { "DisableTelemetry": true } }"#)), None);
    }

    #[test]
    fn a_key_that_the_browser_drops_is_named_with_the_place_of_its_fault() {
        let places = |text: &str| dropped(&value(text)).into_iter().map(|(_, place)| place).collect::<Vec<_>>();
        assert_eq!(
            places(r#"{ "blocklist": ["a.example", 5], "wrapUpSeconds": 1.5, "agent": { "line": 7 } }"#),
            ["blocklist[2]", "wrapUpSeconds", "agent.line"]
        );
        assert_eq!(
            places(r#"{ "phrases": { "own": [{ "text": "x", "stages": "greeting" }] }, "placeNotes": "x" }"#),
            ["placeNotes", "phrases.own[1].stages"]
        );
        // Bad, but of the right kind: those are ours to complain of.
        assert_eq!(
            places(r#"{ "blocklist": ["exa mple"], "wrapUpSeconds": 9999, "mode": "nonsense", "unknown": 1, "agent": { "x": 1 } }"#),
            [""; 0]
        );
    }
}
