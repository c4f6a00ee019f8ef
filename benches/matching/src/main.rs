//! How long a list takes to decide about an address: ours, `adblock` (Brave's) and one regular expression a list (LeechBlock's), side by side in one run.
//! Everything is made here and the same each time. Must never judge a time: machines differ. That ours and `adblock` hold the same is asserted.

use adblock::Engine;
use adblock::request::Request;
use adblock::url_parser::{ResolvesDomain, set_domain_resolver};
use regex::bytes::{Regex, RegexBuilder};
use std::hint::black_box;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Instant;
use undivided::config::{Config, Shelf, Verdict};
use undivided::pattern::Page;
use undivided::value::Value;

const SIZES: [usize; 5] = [10, 100, 1_000, 10_000, 100_000];
const LENGTHS: [usize; 4] = [10, 100, 1_000, 10_000];
const ROUNDS: usize = 9;
const ROUND: usize = 1_000;
/// A round that would take longer than this is made with the first of the addresses alone.
const LONGEST_ROUND: f64 = 0.5;
const LONGEST_WARMING: f64 = 5.0;
const FEW: usize = 20;
const TITLE: &str = "Three quiet things to do on a wet Sunday";

fn main() {
    assert!(set_domain_resolver(Box::new(TwoLabels)).is_ok());
    println!(
        "Time per address, which is another one each time: the median of {ROUNDS} rounds of 1 000, of which 50 are held. Native, optimised for speed."
    );
    println!(
        "regex is the expression in Rust's automaton, V8 the same one in a browser's engine; a V8 of \"-\" is one that there is no node for."
    );

    println!("\nHosts alone: the same job for all");
    compare(host, agree);
    println!(
        "\nAll kinds of lines: of 100, 85 hosts, 10 paths, 2 with `*`, 2 exceptions, 1 with words; each of the others has those that it can say"
    );
    compare(line, |_, _, _| ());

    println!(
        "\nLong addresses, none of them held, the same one again and again, and 1 000 lines; \"again\" is one word over and over, which begins the words of ten lines"
    );
    row(&["path", "ours, hosts", "all kinds", "again", "with *", "adblock", "regex"]);
    let hosts: Vec<String> = (0..1_000).map(host).collect();
    let mut all: Vec<String> = (0..1_000).map(line).collect();
    all.extend((0..10).map(|at| ["url:again and ", WORDS[at]].concat()));
    all.push("long.example/**/no/*/such".to_owned());
    let (ours, ours_all, engine, regex) = (compile(&hosts).1, compile(&all).1, engine(&hosts), Expression::new(&hosts));
    for length in LENGTHS {
        let long = |host: &str, piece: &str| {
            let path: String = piece.chars().cycle().take(length).collect();
            vec![["https://", host, "/", &path].concat(); FEW]
        };
        let plain = long("other.example", "quiet/words-of-an/address?to=");
        let again = long("other.example", "again-");
        let starred = long("long.example", "no/other/");
        let cells = [
            per_address(&plain, |url| holds(&ours, url)),
            per_address(&plain, |url| holds(&ours_all, url)),
            per_address(&again, |url| holds(&ours_all, url)),
            per_address(&starred, |url| holds(&ours_all, url)),
            per_address(&plain, |url| blocks(&engine, url)),
            per_address(&plain, |url| regex.holds(url)),
        ];
        let mut texts = vec![length.to_string()];
        texts.extend(cells.map(duration));
        row(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    }

    println!("\nLists made to be slow, of 100 000 lines");
    row(&["", "ours", "build"]);
    let wide = |line: &dyn Fn(usize) -> String| (0..100_000).map(line).collect::<Vec<String>>();
    for (name, lines) in [
        ("one host", wide(&|at| format!("river.example/{at}"))),
        ("one word", wide(&|at| format!("url:river {at}"))),
        ("exceptions", wide(&|at| if at % 2 == 0 { host(at) } else { format!("+{}/*/help", host(at + 100_000)) })),
    ] {
        let (build, ours) = compile(&lines);
        let addresses = vec!["https://river.example/river/none".to_owned(); FEW];
        row(&[name, &duration(per_address(&addresses, |url| holds(&ours, url))), &duration(build)]);
    }
}

fn compare(line: impl Fn(usize) -> String, check: impl Fn(&Config, &Engine, &[String])) {
    row(&["lines", "ours", "adblock", "", "regex", "", "V8", "", "build:", "ours", "adblock", "regex"]);
    for size in SIZES {
        let lines: Vec<String> = (0..size).map(&line).collect();
        let addresses = addresses(size);
        let (build, ours) = compile(&lines);
        let (build_adblock, engine) = timed(|| engine(&lines));
        let (build_regex, regex) = timed(|| Expression::new(&lines));
        check(&ours, &engine, &addresses);
        let time = per_address(&addresses, |url| holds(&ours, url));
        let mut cells = vec![size.to_string(), duration(time)];
        for other in [
            Ok(per_address(&addresses, |url| blocks(&engine, url))),
            Ok(per_address(&addresses, |url| regex.holds(url))),
            in_browser(&lines, &addresses),
        ] {
            match other {
                Ok(other) => cells.extend([duration(other), format!("× {:.1}", other / time)]),
                Err(why) => cells.extend([why, String::new()]),
            }
        }
        cells.push(String::new());
        cells.extend([build, build_adblock, build_regex].map(duration));
        row(&cells.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

// Ours.

/// How long it takes, and what comes of it.
fn compile(lines: &[String]) -> (f64, Config) {
    let list = Value::List(lines.iter().cloned().map(Value::Text).collect());
    let settings = Value::Object(vec![("blocklist".to_owned(), list)]);
    let (time, config) = timed(|| Config::compile(black_box(&settings), &Value::Null, &Shelf::default()));
    assert!(config.complaints.is_empty(), "{:?}", config.complaints.first());
    (time, config)
}

fn holds(config: &Config, url: &str) -> bool {
    matches!(config.verdict(Page { url, title: TITLE }), Verdict::Listed(_))
}

// Brave's.

/// All names here end in a label of their own: two are a site.
struct TwoLabels;

impl ResolvesDomain for TwoLabels {
    fn get_host_domain(&self, host: &str) -> (usize, usize) {
        (host.rmatch_indices('.').nth(1).map_or(0, |(at, _)| at + 1), host.len())
    }
}

fn engine(lines: &[String]) -> Engine {
    let rules: Vec<String> = lines.iter().filter_map(|line| rule(line)).collect();
    Engine::new_with_list_text(rules.join("\n"))
}

fn rule(line: &str) -> Option<String> {
    if line.starts_with("url:") {
        return None;
    }
    let (except, site) = line.strip_prefix('+').map_or(("", line), |site| ("@@", site));
    // A whole host is meant for documents as it is; the rest has to say so.
    let kind = if site.contains('/') { "$document" } else { "" };
    Some(format!("{except}||{site}^{kind}"))
}

fn blocks(engine: &Engine, url: &str) -> bool {
    Request::new(url, url, "document", "GET").is_ok_and(|request| engine.check_network_request(&request).should_block())
}

// LeechBlock's.

/// One alternation over all that a list holds and one over its exceptions, each line with its subdomains, open at its end, and case left aside.
struct Expression {
    hold: Regex,
    except: Option<Regex>,
}

impl Expression {
    fn new(lines: &[String]) -> Expression {
        let compiled = |source: &String| {
            let mut builder = RegexBuilder::new(source);
            builder.case_insensitive(true).unicode(false).size_limit(usize::MAX).dfa_size_limit(1 << 28).build().expect("escaped")
        };
        Expression {
            hold: compiled(&alternation(lines, false)),
            except: Some(alternation(lines, true)).filter(|source| !source.ends_with("()")).map(|source| compiled(&source)),
        }
    }

    fn holds(&self, url: &str) -> bool {
        self.hold.is_match(url.as_bytes()) && !self.except.as_ref().is_some_and(|except| except.is_match(url.as_bytes()))
    }
}

fn alternation(lines: &[String], exceptions: bool) -> String {
    let lines = lines.iter().filter(|line| !line.starts_with("url:") && line.starts_with('+') == exceptions);
    let lines: Vec<String> =
        lines.map(|line| [r"([^/]*\.)?", &line.trim_start_matches('+').replace('.', r"\.").replace('*', "[^/]*")].concat()).collect();
    ["^(https?|file):/+(", &lines.join("|"), ")"].concat()
}

/// What the list holds, exceptions left aside, in a browser's engine: seconds per address, or why there are none.
fn in_browser(lines: &[String], addresses: &[String]) -> Result<f64, String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/browser.mjs");
    let Ok(mut node) = Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
        return Err("-".to_owned());
    };
    let input = [alternation(lines, false), addresses.join("\n")].join("\n");
    node.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads all");
    let output = node.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    text.parse().map_err(|_| text)
}

// What is asked.

const WORDS: [&str; 12] = ["river", "quiet", "stone", "maple", "amber", "north", "paper", "cloud", "ember", "field", "harbour", "willow"];

fn host(at: usize) -> String {
    // Far apart in the alphabet, as real ones are.
    let (one, two) = (WORDS[at % 12], WORDS[at / 12 % 12]);
    format!("{one}{two}{at}.{}", ["example", "test", "invalid"][at % 3])
}

fn line(at: usize) -> String {
    let host = host(at);
    match at % 100 {
        9 => format!("url:{}{} {at}", WORDS[at / 100 % 12], WORDS[at / 1_200 % 12]),
        // Below what an earlier line holds; one of ten is what browsers' rules can't be told of.
        8 if at % 1_000 == 8 => format!("+{}/*/help", self::host(at - 1)),
        8 | 58 => format!("+{}/help", self::host(at - 1)),
        29 | 79 => format!("{host}/r/*/top"),
        place if place % 10 == 3 => format!("{host}/feed"),
        _ => host,
    }
}

/// A thousand addresses for each round. Of each twenty one is held by a list of hosts, and one only looks like it.
fn addresses(size: usize) -> Vec<String> {
    let mut addresses = Vec::new();
    for at in 0..(ROUNDS + 1) * ROUND {
        // Places that are hosts in both kinds of lists.
        let listed = host((at * 7_919 / 10 * 10) % size);
        let other = format!("{}{}-{at}.example", WORDS[at % 12], WORDS[at * 5 % 11]);
        let path = format!("{}/{}{}/{at}?page={}&from=start", WORDS[at % 7], WORDS[at % 11], WORDS[at / 12 % 12], at % 9);
        addresses.push(match (at % FEW, at / FEW % 5) {
            (7, 0) => format!("https://{listed}/{path}"),
            (7, 1) => format!("https://www.{listed}/{path}"),
            (7, 2) => format!("http://{listed}:8080/{path}"),
            (7, 3) => format!("https://a.b.c.{listed}/"),
            (7, _) => format!("https://me@{listed}/{path}#part"),
            (13, 0) => format!("https://not{listed}/{path}"),
            (13, 1) => format!("https://{listed}.{other}/{path}"),
            (13, 2) => format!("https://{other}/?to=https://{listed}/{path}"),
            (13, 3) => format!("https://{listed}@{other}/{path}"),
            (13, _) => format!("https://{}/{path}", listed.replacen('.', "-", 1)),
            (place, _) if place % 3 == 0 => format!("https://www.{other}/{path}"),
            _ => format!("https://{other}/{path}"),
        });
    }
    addresses
}

fn agree(ours: &Config, engine: &Engine, addresses: &[String]) {
    for (at, url) in addresses.iter().enumerate() {
        assert_eq!(holds(ours, url), at % FEW == 7, "ours: {url}");
        assert_eq!(blocks(engine, url), at % FEW == 7, "adblock: {url}");
    }
}

// The runner.

fn timed<T>(what: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let made = what();
    (start.elapsed().as_secs_f64(), made)
}

fn per_address(addresses: &[String], decide: impl Fn(&str) -> bool) -> f64 {
    let round = |at: usize, length: usize| {
        let start = Instant::now();
        for url in addresses.iter().cycle().skip(at * length).take(length) {
            black_box(decide(black_box(url)));
        }
        start.elapsed().as_secs_f64() / length as f64
    };
    // An automaton is built as it goes: it is asked a whole round before it counts, or for as long as there is patience.
    let (start, mut last) = (Instant::now(), 0.0);
    for at in 0..ROUND / FEW {
        last = round(at, FEW);
        if start.elapsed().as_secs_f64() > LONGEST_WARMING {
            break;
        }
    }
    let length = if last * ROUND as f64 > LONGEST_ROUND { FEW } else { ROUND };
    let mut times: Vec<f64> = (1..=ROUNDS).map(|at| round(at, length)).collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

// The table.

fn row(cells: &[&str]) {
    let (first, rest) = cells.split_first().expect("a cell");
    println!("{first:>10}{}", rest.iter().map(|cell| format!(" {cell:>11}")).collect::<String>());
}

fn duration(seconds: f64) -> String {
    match seconds {
        _ if seconds < 1e-6 => format!("{:.0} ns", seconds * 1e9),
        _ if seconds < 1e-3 => format!("{:.1} µs", seconds * 1e6),
        _ if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
    }
}
