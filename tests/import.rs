//! Lists of other blockers: what is taken decides as it did, what decides differently is said, and nothing in any file breaks the import.

// Helpers of a test are tests too; clippy knows only functions marked as such.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use undivided::import::{Difference, Format, Import, LeftReason, List, Refusal, read};
use undivided::pattern::{Page, Pattern, Wording};
use undivided::site::{Address, PatternError};
use undivided::value::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn text(format: Format, text: &str) -> Import {
    read(format, text, None).unwrap()
}

/// As who calls does it: parsed where it can be.
fn file(format: Format, text: &str) -> Result<Import, Refusal> {
    read(format, text, serde_json::from_str(text).ok().as_ref())
}

fn lines(import: &Import, list: List) -> Vec<&str> {
    import.lines(list).collect()
}

fn left(import: &Import) -> Vec<(&str, LeftReason)> {
    import.left.iter().map(|left| (left.text.as_str(), left.reason)).collect()
}

fn is_held(import: &Import, url: &str) -> bool {
    let Some(address) = Address::parse(url) else { return false };
    let wording = Wording::of(Page { url, title: "" });
    let fits = |list| import.lines(list).any(|line| Pattern::parse(line).unwrap().unwrap().fits(&address, &wording));
    fits(List::Block) && !fits(List::Allow)
}

#[test]
fn leechblocks_lists_decide_as_they_did_or_it_is_said_why_not() {
    let data = json(include_str!("import/leechblock.json"));
    let cases = data.get("cases").unwrap().list().unwrap();
    assert!(cases.len() > 40, "only {}", cases.len());
    for case in cases {
        let name = case.text_of("name").unwrap();
        let sites = case.get("sites").unwrap().texts().join(" ");
        let options = case.get("options").map(Value::members).unwrap_or_default();
        // Both forms of its export.
        let mut as_text = format!("setName1=\nsites1={sites}\n");
        let mut as_json = serde_json::json!({ "setName1": "", "sites1": sites });
        for (option, value) in options {
            as_text.push_str(&match value {
                Value::Truth(truth) => format!("{option}={truth}\n"),
                value => format!("{option}={}\n", value.text().unwrap()),
            });
            as_json[option] = serde_json::to_value(value).unwrap();
        }
        let import = file(Format::LeechBlock, &as_text).unwrap();
        assert_eq!(Ok(&import), file(Format::LeechBlock, &as_json.to_string()).as_ref(), "{name}");

        let there = case.text_of("there").unwrap();
        let here = if is_held(&import, case.text_of("url").unwrap()) { "held" } else { "free" };
        assert_eq!(here, case.text_of("here").unwrap_or(there), "{name}: {import:?}");
        let reasons = [case.text_of("differs"), case.text_of("left")];
        assert!(here == there || reasons.iter().any(Option::is_some), "{name} decides differently and nobody says so");
        if let Some(differs) = reasons[0] {
            let said: Vec<String> = import.taken.iter().flat_map(|taken| &taken.differs).map(|one| format!("{one:?}")).collect();
            assert!(said.iter().any(|one| one == differs), "{name}: {said:?}");
        }
        if let Some(reason) = reasons[1] {
            let said: Vec<String> = import.left.iter().map(|left| format!("{:?}", left.reason)).collect();
            assert!(said.iter().any(|one| one == reason), "{name}: {said:?}");
        }
    }
}

#[test]
fn all_sets_of_leechblock_come_into_one_list_and_a_schedule_is_said_once_a_set() {
    let export = "\u{feff}setName1=Work\r\nsites1=a.example b.example\r\ntimes1=0900-1700\r\nlimitMins1=30\r\ndays1=62\r\n\
                  setName2=\r\nsites2=+a.example/help b.example c.example\r\ntimes2=\r\nlimitMins2=10\r\nsites3=\r\ntimes3=\r\nsites12=d.example\r\n\
                  sitesURL12=https://lists.example/mine.txt\r\nnumSets=12\r\ntheme=dark\r\n";
    let import = text(Format::LeechBlock, export);
    assert_eq!(lines(&import, List::Block), ["a.example", "b.example", "c.example", "d.example"]);
    assert_eq!(lines(&import, List::Allow), ["a.example/help"]);
    assert_eq!(import.doubled, 1);
    assert!(import.taken.iter().any(|taken| taken.list == List::Allow && taken.differs.contains(&Difference::ForAllSets)));
    assert_eq!(
        left(&import),
        [("Work", LeftReason::Schedule), ("Block set 2", LeftReason::Schedule), ("https://lists.example/mine.txt", LeftReason::Remote)]
    );
}

#[test]
fn a_character_of_two_halves_breaks_nothing() {
    // LeechBlock itself can't load such a list (measured in 1.7.2: "URI malformed").
    let import = text(Format::LeechBlock, "sites1=a.example/😀 b.example\n");
    assert_eq!(lines(&import, List::Block), ["a.example/😀", "b.example"]);
}

#[test]
fn what_is_a_mark_here_and_was_none_there_is_not_taken_for_one() {
    let import = text(Format::LeechBlock, "sites1=++a.example =b.example title:cats url:dogs\n");
    assert_eq!(import.taken, []);
    assert_eq!(import.left.len(), 4);
}

#[test]
fn block_sites_preferences_are_read() {
    let import = file(
        Format::BlockSite,
        r#"{"blocked": ["a.example", "*.b.example", "*://*.c.example/*", "https://d.example/x/*/y", "R:^https://e", "f*.example", "*", "", 7],
            "map": {"a.example": "https://start.example/", "g.example": ""}, "schedule": {"times": {"Mon": [{"start": "09:00", "end": "17:00"}]}},
            "schedules": {"c.example": {"time": {"start": "", "end": ""}, "times": null}}, "notes": {}, "reverse": false}"#,
    );
    let import = import.unwrap();
    assert_eq!(lines(&import, List::Block), ["a.example", "b.example", "c.example", "d.example/x/**/y"]);
    assert!(is_held(&import, "https://d.example/x/1/2/y"), "its star crosses slashes");
    assert_eq!(
        left(&import),
        [
            ("R:^https://e", LeftReason::Regex),
            ("f*.example", LeftReason::HostWildcard),
            ("*", LeftReason::Everything),
            ("blocked", LeftReason::Shape),
            ("a.example", LeftReason::Redirect),
            ("schedule", LeftReason::Schedule),
        ]
    );
    let differs = |line: &str| &import.taken.iter().find(|taken| taken.line == line).unwrap().differs;
    assert_eq!(*differs("a.example"), [Difference::HostEnds]);
    assert_eq!(*differs("b.example"), [Difference::HostItself, Difference::HostEnds]);
}

#[test]
fn block_sites_list_turned_round_names_what_stays_open() {
    let import = file(Format::BlockSite, r#"{"blocked": ["a.example"], "reverse": true}"#).unwrap();
    assert_eq!(lines(&import, List::Allow), ["a.example"]);
    assert_eq!(left(&import), [("reverse", LeftReason::Everything)]);
}

#[test]
fn stayfocusds_settings_are_read_in_each_shape_that_people_have() {
    for export in [
        r#"{"blockedSites": ["www.a.example", "https://b.example/feed"], "allowedSites": ["c.example"], "maxTimeAllowed": 10}"#,
        r#"{"settings": {"blockedSites": "a.example, b.example/feed", "allowedSites": "c.example", "activeDays": []}}"#,
        r#"{"blacklist": [{"url": "a.example"}, {"domain": "b.example/feed"}], "whitelist": ["c.example"], "activeDays": [true]}"#,
    ] {
        let import = file(Format::StayFocusd, export).unwrap();
        assert_eq!(lines(&import, List::Block), ["a.example", "b.example/feed"], "{export}");
        assert_eq!(lines(&import, List::Allow), ["c.example"], "{export}");
        assert_eq!(left(&import), [("StayFocusd", LeftReason::Schedule)], "{export}");
    }
    assert_eq!(lines(&text(Format::StayFocusd, "a.example\nb.example/feed\n"), List::Block), ["a.example", "b.example/feed"]);
}

#[test]
fn ublocks_filters_for_whole_pages_are_taken_and_no_others() {
    let filters = "[Adblock Plus 2.0]\n! a comment\n# another\n||a.example^\n||b.example/feed\n||c.example/feed^$document\n@@||a.example/help^$doc\nd.example\n\
                   0.0.0.0 e.example\n||f.example^$third-party\n||g.example^$all,domain=x.example\n##.ad\nh.example##.ad\nh.example#@#.ad\nh.example#?#div\n\
                   /banner[0-9]+/\n||i.example/*/x\n-ad-\n|https://j.example/\n*\n||k.example^*^l\n||m.example/#top\n";
    let import = text(Format::UBlock, filters);
    assert_eq!(lines(&import, List::Block), ["a.example", "b.example/feed", "c.example/feed", "d.example", "e.example"]);
    assert_eq!(lines(&import, List::Allow), ["a.example/help"]);
    let reasons: Vec<_> = import.left.iter().map(|left| left.reason).collect();
    use LeftReason::*;
    assert_eq!(
        reasons,
        [
            Options,
            Options,
            Cosmetic,
            Cosmetic,
            Cosmetic,
            Cosmetic,
            Regex,
            FilterWildcard,
            Unanchored,
            Unanchored,
            Everything,
            FilterWildcard,
            Fragment
        ]
    );
    let differs: Vec<_> = import.taken.iter().map(|taken| taken.differs.as_slice()).collect();
    assert_eq!(differs[..3], [&[][..], &[Difference::PathEnds, Difference::Case], &[Difference::Case]]);

    let backup = serde_json::json!({ "timeStamp": 1, "userFilters": "||a.example^\n", "whitelist": ["b.example"] }).to_string();
    assert_eq!(lines(&file(Format::UBlock, &backup).unwrap(), List::Block), ["a.example"]);
}

#[test]
fn a_hosts_file_is_read_without_the_machines_own_names() {
    let hosts = "# a list\n127.0.0.1 localhost localhost.localdomain\n::1 ip6-localhost\n255.255.255.255 broadcasthost\nfe80::1%lo0 localhost\n0.0.0.0 0.0.0.0\n\
                 0.0.0.0 a.example www.b.example # both\n127.0.0.1\tc.example\n192.168.1.5 printer.example\nd.example\n";
    let import = text(Format::Hosts, hosts);
    assert_eq!(lines(&import, List::Block), ["a.example", "www.b.example", "c.example"]);
    assert_eq!(left(&import), [("192.168.1.5 printer.example", LeftReason::RealAddress), ("d.example", LeftReason::Shape)]);
}

#[test]
fn lines_of_our_own_are_taken_as_they_are_and_wrong_ones_named() {
    let import =
        text(Format::Plain, "# mine\na.example # why\n+ a.example/help\ntitle:world cup\n=b.example/\n*\nfile:///x\nc d.example\n");
    assert_eq!(lines(&import, List::Block), ["a.example # why", "title:world cup", "=b.example/"]);
    assert_eq!(lines(&import, List::Allow), ["a.example/help"]);
    assert_eq!(
        left(&import),
        [
            ("*", LeftReason::Everything),
            ("file:///x", LeftReason::Unreadable(PatternError::NotAWebPage)),
            ("c d.example", LeftReason::Unreadable(PatternError::NotAPattern)),
        ]
    );
    let settings = file(Format::Plain, r#"{"blocklist": ["a.example", 7], "allowlist": ["b.example"], "wrapUpSeconds": 5}"#).unwrap();
    assert_eq!((lines(&settings, List::Block), lines(&settings, List::Allow)), (vec!["a.example"], vec!["b.example"]));
    assert_eq!(left(&settings), [("blocklist", LeftReason::Unreadable(PatternError::NotText))]);
}

#[test]
fn a_file_of_another_kind_is_refused_as_a_whole() {
    for (_, format) in Format::ALL {
        assert_eq!(file(format, " \n"), Err(Refusal::Empty));
    }
    assert_eq!(file(Format::BlockSite, "a.example"), Err(Refusal::NotJson));
    assert_eq!(file(Format::BlockSite, r#"{"blocklist": []}"#), Err(Refusal::OtherFormat));
    assert_eq!(file(Format::LeechBlock, "a.example\nb.example"), Err(Refusal::OtherFormat));
    assert_eq!(file(Format::LeechBlock, r#"{"blocked": []}"#), Err(Refusal::OtherFormat));
    assert_eq!(file(Format::StayFocusd, r#"{"other": []}"#), Err(Refusal::OtherFormat));
    assert_eq!(file(Format::StayFocusd, r#"{"cut off"#), Err(Refusal::OtherFormat));
    assert_eq!(file(Format::Hosts, "a.example\nb.example"), Err(Refusal::OtherFormat));
}

#[test]
fn what_is_long_is_shown_short() {
    let import = text(Format::Plain, &"ü".repeat(5_000));
    assert_eq!(import.left[0].reason, LeftReason::Unreadable(PatternError::TooLong));
    assert_eq!(import.left[0].text.chars().count(), 121);
}

/// Texts made of what lists are made of, and of anything.
fn any_list() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("sites1="),
        Just("times1=0900-1700"),
        Just("regexpBlock2=x"),
        Just("example.com"),
        Just("||"),
        Just("^"),
        Just("@@"),
        Just("$document"),
        Just("##"),
        Just("*"),
        Just("**"),
        Just("*+"),
        Just("+"),
        Just("~"),
        Just(">"),
        Just("#"),
        Just("="),
        Just("/"),
        Just("?"),
        Just(":"),
        Just("R:"),
        Just("://"),
        Just("0.0.0.0 "),
        Just("127.0.0.1\t"),
        Just("::1 "),
        Just("title:"),
        Just("url:"),
        Just("www."),
        Just("."),
        Just(" "),
        Just("\n"),
        Just("\r\n"),
        Just("😀"),
        Just("ü"),
        Just("\u{feff}"),
        Just("FILE"),
        Just("["),
        Just("]"),
        Just("@"),
        Just("{"),
        Just("\""),
        Just("xn--"),
        Just("%"),
        Just("!"),
        Just("|"),
        Just("\0"),
    ];
    let pieces = prop::collection::vec(prop_oneof![4 => piece.prop_map(str::to_owned), 1 => any::<String>()], 0..24);
    pieces.prop_map(|pieces| pieces.concat())
}

fn any_value() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("sites1"),
        Just("sites"),
        Just("blocked"),
        Just("map"),
        Just("schedule"),
        Just("schedules"),
        Just("times"),
        Just("reverse"),
        Just("blockedSites"),
        Just("allowedSites"),
        Just("url"),
        Just("userFilters"),
        Just("blocklist"),
        Just("allowlist"),
        Just("settings"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Truth),
        any::<f64>().prop_map(Value::Number),
        any_list().prop_map(Value::Text)
    ];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
            prop::collection::vec((name.clone().prop_map(str::to_owned), inner), 0..6).prop_map(Value::Object),
        ]
    })
}

proptest! {
    #[test]
    fn every_taken_line_can_be_read_whatever_the_file(text in any_list(), value in prop::option::of(any_value())) {
        for (name, format) in Format::ALL {
            prop_assert_eq!(Format::named(name), Some(format));
            let Ok(import) = read(format, &text, value.as_ref()) else { continue };
            for taken in &import.taken {
                let pattern = Pattern::parse(&taken.line);
                prop_assert!(matches!(pattern, Ok(Some(_))), "{:?} took {:?}: {:?}", format, taken, pattern);
                let is_site = matches!(pattern, Ok(Some(Pattern { reach: undivided::pattern::Reach::Site(_, None), .. })));
                prop_assert!(format == Format::Plain || is_site, "{:?} took {:?}", format, taken);
            }
            for left in &import.left {
                prop_assert!(left.text.chars().count() <= 121);
            }
        }
    }
}
