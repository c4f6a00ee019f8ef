//! How the time of each parser grows with the length of what it is given: sixty-four times the text must not take much more than sixty-four times as long.
//! A parser that looks at every pair of parts takes 4096 times as long. Only the ratio counts, measured side by side; not part of the test command.
//!
//! Ends with an exit code where one grows faster than [`BOUND`] allows.

#[path = "../tests/parsers/mod.rs"]
mod parsers;

use std::process::ExitCode;
use std::time::Instant;

use parsers::TARGETS;

const TIMES: usize = 64;
/// Sorting and maps add a little to 64, caches of the processor more; far from 4096.
const BOUND: f64 = 256.0;

/// A text of about so many characters.
type Long = fn(usize) -> String;

const TEXTS: [(&str, Long); 23] = [
    ("one word", |length| "a".repeat(length)),
    ("spaces", |length| " ".repeat(length)),
    ("stars", |length| "*".repeat(length)),
    ("stars between letters", |length| "*a".repeat(length / 2)),
    ("dots", |length| format!("https://{}/", "a.".repeat(length / 2))),
    ("slashes", |length| format!("news.example{}", "/a".repeat(length / 2))),
    ("at signs", |length| format!("https://{}/", "a@".repeat(length / 2))),
    ("braces", |length| "{".repeat(length)),
    ("placeholders", |length| "{customer}".repeat(length / 10)),
    ("commas", |length| ",".repeat(length)),
    ("joined accents", |length| "a\u{301}\u{302}".repeat(length / 5)),
    ("turning around", |length| "\u{202e}a".repeat(length / 4)),
    ("lines of one host", |length| (0..length / 20).map(|at| format!("news.example/{at:06}\n")).collect()),
    ("lines of one word", |length| (0..length / 20).map(|at| format!("title: cats {at:06}\n")).collect()),
    ("the same line", |length| "news.example/sport\n".repeat(length / 19)),
    ("filters", |length| (0..length / 25).map(|at| format!("||n{at:06}.example^$doc\n")).collect()),
    ("a list of texts", |length| format!("{{\"blocklist\":[{}]}}", listed(length / 20, |at| format!("\"n{at:06}.example\"")))),
    ("own phrases", |length| format!("{{\"phrases\":{{\"own\":[{}]}}}}", listed(length / 50, |at| format!("{{\"text\":\"Hello {at:06}\",\"stage\":\"greeting\"}}")))),
    ("bad phrases", |length| format!("{{\"phrases\":{{\"own\":[{}]}}}}", listed(length / 20, |at| format!("{{\"text\":{at:06}}}")))),
    ("bad texts", |length| format!("{{\"toolSites\":[{}]}}", listed(length / 10, |at| format!("\"{at:06}\"")))),
    ("members of one", |length| format!("{{\"agent\":{{{}}}}}", listed(length / 15, |at| format!("\"k{at:06}\":1")))),
    ("members", |length| format!("{{{}}}", listed(length / 15, |at| format!("\"k{at:06}\":1")))),
    ("facts", |length| format!("{{\"signal\":{{\"looked\":{{\"mark\":1,\"acts\":1,\"facts\":[{}]}}}}}}", listed(length / 8, |at| format!("\"{at:06}\"")))),
];

fn listed(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(",")
}

fn main() -> ExitCode {
    let mut worst = (0.0, "", "");
    let mut over = 0;
    for (parser, holds) in TARGETS {
        for (text, long) in TEXTS {
            let (short, long) = (long(2_000), long(2_000 * TIMES));
            let (few, many) = (quickest(holds, &short), quickest(holds, &long));
            // What takes no time at all has no ratio.
            let ratio = many / few.max(2e-6);
            if ratio > worst.0 {
                worst = (ratio, parser, text);
            }
            if ratio > BOUND {
                over += 1;
                println!("{parser}, {text}: {:.3} ms, and {:.3} ms for {TIMES} times as much: {ratio:.0} times", few * 1e3, many * 1e3);
            }
        }
    }
    let (ratio, parser, text) = worst;
    println!("growth: {} pairs of a parser and a kind of text; the steepest takes {ratio:.0} times as long for {TIMES} times as much ({parser}, {text}); the bound is {BOUND}", TARGETS.len() * TEXTS.len());
    if over == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Seconds, the least of five.
fn quickest(holds: fn(&str), text: &str) -> f64 {
    let time = || {
        let start = Instant::now();
        holds(text);
        start.elapsed().as_secs_f64()
    };
    (0..5).map(|_| time()).fold(f64::MAX, f64::min)
}
