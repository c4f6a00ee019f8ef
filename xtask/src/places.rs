//! `cargo xtask places LIBPHONENUMBER ZONEINFO`: what telephone numbers and countries tell of place and time, renewed from a checkout of libphonenumber and the
//! tz database's folder. Writes data/places/numbers.json and zones.json; names.json beside them is kept by hand. Facts alone are taken over.

use crate::process::capture;
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Longer prefixes of the zones' list tell single exchanges apart: a region whose exchanges lie in several zones counts as one without a zone.
const LONGEST_PREFIX: usize = 7;

/// Writes both files.
///
/// # Errors
/// When a source is missing or has another form than it had.
pub fn write(root: &Path, numbers: &Path, zoneinfo: &Path) -> Result<()> {
    let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
    let resources = numbers.join("resources");
    let metadata = read(&resources.join("PhoneNumberMetadata.xml"))?;
    let areas = read(&resources.join("geocoding/en/1.txt"))?;
    let map = read(&resources.join("timezones/map_data.txt"))?;
    let git =
        |format: &str| capture(Command::new("git").current_dir(numbers).args(["log", "-1", "--date=short", &format!("--format={format}")]));
    let (commit, date) = (git("%h")?, git("%cd")?);
    let names: Value = serde_json::from_str(&read(&root.join("data/places/names.json"))?)?;

    let zones_of = zones_of(&read(&zoneinfo.join("zone.tab"))?);
    let prefixes = prefixes(&map);
    let territories = territories(&metadata, &prefixes, &zones_of)?;
    let value = json!({
        "source": format!("google/libphonenumber {} (Apache-2.0): PhoneNumberMetadata.xml, geocoding/en/1.txt, timezones/map_data.txt", commit.trim()),
        "date": date.trim(),
        "countries": joined(territories),
        "areas": areas_of(&areas, &names)?,
        "zones": joined(prefixes_by_zone(&prefixes)),
    });
    save(root, "numbers", &value)?;
    let version = read(&zoneinfo.join("tzdata.zi"))?;
    let version =
        version.lines().next().and_then(|line| line.strip_prefix("# version ")).context("tzdata.zi does not begin with its version")?;
    let value = json!({
        "source": format!("tz database {version} (public domain): zone.tab, the most populous zone of a country first"),
        "date": format!("{}", version.get(..4).unwrap_or(version)),
        "zones": zones_of.iter().map(|(country, zones)| (country.clone(), json!(zones))).collect::<Map<_, _>>(),
    });
    save(root, "zones", &value)
}

fn save(root: &Path, name: &str, value: &Value) -> Result<()> {
    let path = root.join(format!("data/places/{name}.json"));
    fs::write(&path, format!("{value:#}\n")).with_context(|| format!("cannot write {}", path.display()))
}

/// A country's zones in the file's order.
fn zones_of(table: &str) -> BTreeMap<String, Vec<String>> {
    let mut zones: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        if let [country, _, zone, ..] = line.split('\t').collect::<Vec<_>>().as_slice() {
            zones.entry((*country).to_owned()).or_default().push((*zone).to_owned());
        }
    }
    zones
}

/// Each prefix with its zones; those of longer ones count for the prefix that is kept.
fn prefixes(map: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut prefixes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in map.lines() {
        let Some((prefix, zones)) = line.split_once('|').filter(|(prefix, _)| prefix.bytes().all(|one| one.is_ascii_digit())) else {
            continue;
        };
        let longest = if prefix.starts_with('1') { 4 } else { LONGEST_PREFIX };
        let kept = prefix.get(..longest).unwrap_or(prefix);
        prefixes.entry(kept.to_owned()).or_default().extend(zones.split('&').map(str::to_owned));
    }
    prefixes
}

fn prefixes_by_zone(prefixes: &BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, Vec<String>> {
    let mut zones: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let only = |of: &BTreeSet<String>| if of.len() == 1 { of.first().cloned().unwrap_or_default() } else { String::new() };
    for (prefix, of) in prefixes {
        let shorter = (1..prefix.len()).rev().find_map(|length| prefixes.get(prefix.get(..length)?));
        // What a shorter prefix says already needs no line.
        if shorter.map(only) != Some(only(of)) {
            zones.entry(only(of)).or_default().push(prefix.clone());
        }
    }
    zones
}

/// Country to the beginnings of its numbers; of North America's plan only countries with digits of their own, as areas tell the others.
fn territories(
    metadata: &str,
    prefixes: &BTreeMap<String, BTreeSet<String>>,
    zones_of: &BTreeMap<String, Vec<String>>,
) -> Result<BTreeMap<String, Vec<String>>> {
    let mut territories: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut all = Vec::new();
    for tag in metadata.split("<territory ").skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let attribute = |name: &str| Some(tag.split_once(&format!("{name}=\""))?.1.split('"').next()?.to_owned());
        let (Some(id), Some(code)) = (attribute("id"), attribute("countryCode")) else { bail!("a territory without id or code: {tag}") };
        all.push((id, code, tag.contains("mainCountryForCode=\"true\""), attribute("leadingDigits")));
    }
    for (id, code, main, digits) in &all {
        let shared = all.iter().filter(|(_, other, ..)| other == code).count() > 1;
        let begins = match digits {
            _ if id == "001" => continue,
            Some(digits) => expand(digits)?.into_iter().map(|digits| format!("{code}{digits}")).collect(),
            None if code == "1" => continue,
            None if !shared || *main => vec![code.clone()],
            // Told apart by their zone, where they have one of their own (Jersey, Guernsey).
            None => match zones_of.get(id).map(Vec::as_slice) {
                Some([zone]) => {
                    let own = |(prefix, zones): (&String, &BTreeSet<String>)| {
                        (zones.len() == 1 && zones.contains(zone) && prefix.starts_with(code)).then(|| prefix.clone())
                    };
                    prefixes.iter().filter_map(own).collect()
                }
                _ => continue,
            },
        };
        if !begins.is_empty() {
            territories.entry(id.clone()).or_default().extend(begins);
        }
    }
    Ok(territories)
}

/// The beginnings that a pattern of the metadata stands for: alternatives, sets of digits and groups are all that these have.
fn expand(pattern: &str) -> Result<Vec<String>> {
    let mut rest = pattern;
    let all = alternatives(&mut rest)?;
    if rest.is_empty() { Ok(all) } else { bail!("cannot read the leading digits {pattern:?}") }
}

fn alternatives(rest: &mut &str) -> Result<Vec<String>> {
    let mut all = sequence(rest)?;
    while let Some(after) = rest.strip_prefix('|') {
        *rest = after;
        all.extend(sequence(rest)?);
    }
    Ok(all)
}

fn sequence(rest: &mut &str) -> Result<Vec<String>> {
    let mut all = vec![String::new()];
    loop {
        let next: Vec<String> = if let Some(after) = rest.strip_prefix("(?:") {
            *rest = after;
            let inner = alternatives(rest)?;
            *rest = rest.strip_prefix(')').context("a group without an end")?;
            inner
        } else if let Some(after) = rest.strip_prefix('[') {
            let (set, after) = after.split_once(']').context("a set without an end")?;
            *rest = after;
            digits(set)
        } else if let Some(digit) = rest.chars().next().filter(char::is_ascii_digit) {
            *rest = rest.get(1..).unwrap_or_default();
            vec![digit.to_string()]
        } else {
            return Ok(all);
        };
        all = all.iter().flat_map(|one| next.iter().map(move |more| format!("{one}{more}"))).collect();
    }
}

fn digits(set: &str) -> Vec<String> {
    let bytes = set.as_bytes();
    let in_set = |digit: u8| {
        let alone = bytes.iter().enumerate().any(|(at, one)| *one == digit && bytes.get(at + 1) != Some(&b'-'));
        alone || bytes.windows(3).any(|part| matches!(part, [from, b'-', to] if (*from..=*to).contains(&digit)))
    };
    (b'0'..=b'9').filter(|digit| in_set(*digit)).map(|digit| char::from(digit).to_string()).collect()
}

/// The areas of the United States and Canada, by region.
fn areas_of(geocoding: &str, names: &Value) -> Result<Value> {
    let regions = |country: &str| names["regions"][country].as_object().cloned().unwrap_or_default();
    let (states, provinces) = (regions("US"), regions("CA"));
    // What the list calls a region, or the last word of "Newark, NJ".
    let region = |text: &str| {
        for (country, regions) in [("US", &states), ("CA", &provinces)] {
            let short = text.rsplit(", ").next().unwrap_or(text);
            let known = regions.iter().find(|(code, name)| *code == short || name.as_str() == Some(text));
            if let Some((_, name)) = known {
                return Some((country, name.as_str()?.to_owned()));
            }
            // An area of several regions has them all for its own.
            if text.split('/').any(|part| regions.values().any(|name| name.as_str() == Some(part))) {
                return Some((country, text.to_owned()));
            }
        }
        None
    };
    let mut found: BTreeMap<String, BTreeMap<(&str, String), u32>> = BTreeMap::new();
    for line in geocoding.lines() {
        let Some((prefix, place)) =
            line.split_once('|').filter(|(prefix, _)| prefix.len() >= 4 && prefix.bytes().all(|one| one.is_ascii_digit()))
        else {
            continue;
        };
        if let (Some(area), Some(region)) = (prefix.get(..4), region(place)) {
            // The area's own line weighs more than all its exchanges.
            *found.entry(area.to_owned()).or_default().entry(region).or_default() += if prefix.len() == 4 { 1_000_000 } else { 1 };
        }
    }
    let mut areas: BTreeMap<&str, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (area, regions) in found {
        if let Some(((country, region), _)) = regions.into_iter().max_by_key(|(_, count)| *count) {
            areas.entry(country).or_default().entry(region).or_default().push(area);
        }
    }
    Ok(areas.into_iter().map(|(country, regions)| (country.to_owned(), joined(regions))).collect::<Map<_, _>>().into())
}

fn joined(lists: BTreeMap<String, Vec<String>>) -> Value {
    lists.into_iter().map(|(name, list)| (name, list.join(" ").into())).collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_digits_are_written_out() {
        assert_eq!(expand("8001|8[024]9").unwrap(), ["8001", "809", "829", "849"]);
        assert_eq!(expand("74576|(?:16|7[56])24").unwrap(), ["74576", "1624", "7524", "7624"]);
        assert_eq!(expand("[02-4]").unwrap(), ["0", "2", "3", "4"]);
        assert!(expand("1(2").is_err());
    }
}
