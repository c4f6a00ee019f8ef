//! `cargo xtask import FORMAT FILE`: shows what a list of another blocker comes to, before anything changes, and writes it as settings. What is
//! taken is decided in `src/import.rs`; here are only its words.

use anyhow::{Context, Result, bail};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use undivided::import::{Difference, Format, Import, LeftReason, List, Refusal, read};
use undivided::site::PatternError;
use undivided::value::Value;

/// Prints the preview and, with `out`, writes the lists there.
///
/// # Errors
/// When the file isn't there or isn't of that kind; nothing is written then.
pub fn run(format: &str, file: &Path, out: Option<&Path>) -> Result<()> {
    let names: Vec<&str> = Format::ALL.iter().map(|(name, _)| *name).collect();
    let format = Format::named(format).with_context(|| format!("there is no format `{format}`; there are: {}", names.join(" ")))?;
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let Ok(text) = String::from_utf8(bytes) else { bail!("{} is no text in UTF-8", file.display()) };
    let json: Option<Value> = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok();
    let import = match read(format, &text, json.as_ref()) {
        Ok(import) => import,
        Err(refusal) => bail!("{}: {}", file.display(), refused(refusal)),
    };
    print!("{}", preview(&import));
    if let Some(out) = out {
        fs::write(out, settings(&import)).with_context(|| format!("cannot write {}", out.display()))?;
        println!("\nWritten to {}.", out.display());
    } else {
        println!("\nNothing is written: name a file with --out.");
    }
    Ok(())
}

fn settings(import: &Import) -> String {
    let lines = |list| import.lines(list).collect::<Vec<_>>();
    format!("{:#}\n", json!({ "blocklist": lines(List::Block), "allowlist": lines(List::Allow) }))
}

fn preview(import: &Import) -> String {
    let mut text = String::new();
    for (list, title) in [(List::Block, "Taken into blocklist"), (List::Allow, "Taken into allowlist")] {
        let lines: Vec<&str> = import.lines(list).collect();
        if !lines.is_empty() {
            text.push_str(&format!("{title}: {}\n", lines.len()));
            lines.iter().for_each(|line| text.push_str(&format!("  {}\n", harmless(line))));
        }
    }
    if import.taken.is_empty() {
        text.push_str("Taken: nothing\n");
    }
    if import.doubled > 0 {
        text.push_str(&format!("Twice in the file, taken once: {}\n", import.doubled));
    }
    let mut differences: BTreeMap<Difference, Vec<&str>> = BTreeMap::new();
    for taken in &import.taken {
        for difference in &taken.differs {
            differences.entry(*difference).or_default().push(&taken.line);
        }
    }
    if !differences.is_empty() {
        text.push_str("\nDifferent from before:\n");
    }
    for (difference, lines) in differences {
        let some: Vec<String> = lines.iter().take(3).map(|line| harmless(line)).collect();
        let more = if lines.len() > some.len() { format!(" and {} more", lines.len() - some.len()) } else { String::new() };
        text.push_str(&format!("  {} ({}{more})\n", differs(difference), some.join(", ")));
    }
    if !import.left.is_empty() {
        text.push_str(&format!("\nNot taken: {}\n", import.left.len()));
    }
    for left in &import.left {
        text.push_str(&format!("  {}: {}\n", harmless(&left.text), reason(left.reason)));
    }
    text
}

/// What somebody else's file says goes to a terminal, which obeys control characters.
fn harmless(text: &str) -> String {
    let obeyed = |one: char| one.is_control() || matches!(one, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|one| if obeyed(one) { '\u{fffd}' } else { one }).collect()
}

fn refused(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Empty => "there is nothing in it.",
        Refusal::NotJson => "it is not JSON, or was cut off. Export it again.",
        Refusal::OtherFormat => {
            "it has no lists as this product's exports have them. Is it another product's? docs/import.md says where each is found."
        }
    }
}

fn differs(difference: Difference) -> &'static str {
    match difference {
        Difference::Subdomains => "Subdomains are meant, too.",
        Difference::HostItself => "The site itself is meant, and not only what is below it.",
        Difference::HostEnds => "A host ends where it ends: longer ones that begin like it are no longer meant.",
        Difference::PathEnds => "A path ends where it ends: `/news` is no longer `/newspaper`, too.",
        Difference::Case => "Capital and small letters in a path are two.",
        Difference::AnyPort => "Every port is meant.",
        Difference::OtherScript => "The host is met in both its writings; it was missed before.",
        Difference::WithoutKeywords => "The set's words are gone: the whole site is held.",
        Difference::WithoutRegex => "A regular expression stood in place of the set's list; now the list counts.",
        Difference::ForAllSets => "The exception counts against every line, not only those of its set.",
    }
}

fn reason(reason: LeftReason) -> &'static str {
    match reason {
        LeftReason::Unreadable(error) => unreadable(error),
        LeftReason::Regex => "a regular expression. There are none here, so that no line can make the browser slow.",
        LeftReason::Keyword => "a word of a page's text. Here words are those of titles and addresses: write `title:` or `url:` before it.",
        LeftReason::Referrer => "about the page that one came from. There is no such line here.",
        LeftReason::Everything => "all sites there are. Set `mode` to `everything-but` for that.",
        LeftReason::Files => "files on the computer. They are no web pages and can't be held.",
        LeftReason::HostBeginning => "only the beginning of a host. Write the whole host.",
        LeftReason::HostWildcard => "a `*` within a host. Write each host.",
        LeftReason::FilterWildcard => "a `*` in a filter. Write the host, or a path as docs/patterns.md has it.",
        LeftReason::AtLeastOne => "all but the front page. Write the site, and its front page as an exception: `+=example.com/`.",
        LeftReason::Fragment => "what follows `#` in an address doesn't count here. Write what stands before it.",
        LeftReason::Cosmetic => "hides a part of a page. Undivided holds whole pages.",
        LeftReason::Options => "has options that mean less than whole pages.",
        LeftReason::Unanchored => "may stand anywhere in an address. Begin with a host, or write `url:` and a word.",
        LeftReason::Redirect => "leads to another page. Here a page waits, and goes on afterwards.",
        LeftReason::Schedule => "times and limits. Undivided holds during conversations, not by the clock.",
        LeftReason::Remote => "a list that lies elsewhere. Undivided fetches nothing: save it and import the file.",
        LeftReason::RealAddress => "leads to a real address, so it blocks nothing.",
        LeftReason::Shape => "not a line as such a file has them.",
    }
}

fn unreadable(error: PatternError) -> &'static str {
    match error {
        PatternError::NotText => "not a text.",
        PatternError::NotAPattern | PatternError::NoScheme => "not an entry that we can read.",
        PatternError::BadHost => "the host is missing or has odd characters.",
        PatternError::BadPort => "the port is not a number from 1 to 65535.",
        PatternError::TooLong => "longer than 1,000 characters.",
        PatternError::NotAWebPage => "not a web page.",
        PatternError::Everything => reason(LeftReason::Everything),
        PatternError::NoWords => "no word behind `title:` or `url:`.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preview_says_what_is_taken_what_differs_and_what_stays_behind() {
        let import =
            read(Format::LeechBlock, "sites1=a.example b.example *.c.example +a.example/help ~word a.example\ntimes1=0900-1700\n", None)
                .unwrap();
        assert_eq!(
            preview(&import),
            "Taken into blocklist: 3\n  a.example\n  b.example\n  c.example\nTaken into allowlist: 1\n  a.example/help\nTwice in the file, taken once: 1\n\n\
             Different from before:\n  \
             Subdomains are meant, too. (a.example, b.example, a.example/help)\n  \
             The site itself is meant, and not only what is below it. (c.example)\n  \
             A host ends where it ends: longer ones that begin like it are no longer meant. (a.example, b.example, c.example)\n  \
             A path ends where it ends: `/news` is no longer `/newspaper`, too. (a.example/help)\n  \
             Capital and small letters in a path are two. (a.example/help)\n  \
             Every port is meant. (a.example/help)\n  \
             The set's words are gone: the whole site is held. (a.example, b.example, c.example)\n\n\
             Not taken: 2\n  \
             ~word: a word of a page's text. Here words are those of titles and addresses: write `title:` or `url:` before it.\n  \
             Block set 1: times and limits. Undivided holds during conversations, not by the clock.\n"
        );
        let written: Value = serde_json::from_str(&settings(&import)).unwrap();
        assert_eq!(written.get("blocklist").unwrap().texts(), ["a.example", "b.example", "c.example"]);
        assert_eq!(written.get("allowlist").unwrap().texts(), ["a.example/help"]);
    }

    #[test]
    fn a_file_cannot_command_the_terminal() {
        let import = read(Format::Plain, "a\u{1b}[2J.example\n", None).unwrap();
        assert!(!preview(&import).contains('\u{1b}'));
    }

    #[test]
    fn a_wrong_file_is_said_in_words_and_nothing_is_written() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let out = std::env::temp_dir().join(format!("undivided-import-{}.json", std::process::id()));
        for (format, file, words) in [
            ("blocksite", "README.md", "not JSON"),
            ("leechblock", "README.md", "another product's"),
            ("hosts", "no such file", "cannot read"),
            ("freedom", "README.md", "there is no format"),
        ] {
            let error = run(format, &root.join(file), Some(&out)).unwrap_err();
            assert!(format!("{error:#}").contains(words), "{error:#}");
        }
        assert!(!out.exists());
    }
}
