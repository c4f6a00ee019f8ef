//! `cargo xtask`: everything that is done to this tree, from setting up a machine to the bundles, the demo and the tests.
//!
//! Only commands and options are known here; what a command does is in the file of its name.

mod adapter;
mod bundle;
mod demo;
mod explain;
mod finder;
mod fuzz;
mod import;
mod locales;
mod manifest;
mod package;
mod places;
mod policy;
mod preset;
mod process;
mod references;
mod reproduce;
mod scene;
mod schema;
mod setup;
mod site;
mod test;
#[cfg(test)]
mod tidy;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask bundle [--out DIR] [--feature NAME]   write DIR/{chrome,firefox}-{personal,managed}; DIR is dist
cargo xtask demo [--browser NAME] [--headless]    show a protected call in chromium (as it is) or firefox
cargo xtask test [PART]                           all, or one of: native lint wasm e2e clients reproduce endure
cargo xtask endure                                a shift of 500 conversations, 1 000 deaths of the worker, 100 of the browser; both browsers, an hour; writes docs/endurance.md
cargo xtask bench proof [--quick] [--peer DIR]    how fast and light it is, beside an empty extension; writes docs/proof.md
cargo xtask bench matching                        how long lists take to decide, beside adblock and regular expressions
cargo xtask fuzz [--seconds N] [TARGET...]        look for a text from outside that breaks a parser, 60 s each; needs a nightly compiler
cargo xtask setup [chromium|firefox]              what the tests need, or the demo in that browser
cargo xtask reproduce                             bundle and pack here and from the source archive, and compare every byte
cargo xtask adapter-check FILE                    say what is wrong with an adapter, or a list of them
cargo xtask import FORMAT FILE [--out SETTINGS]   show what a list of leechblock, blocksite, stayfocusd, ublock, hosts or plain comes to
cargo xtask explain --settings FILE URL...        say what would become of pages and by which line; also: --policy FILE
cargo xtask policy-check FILE                     say what is wrong with a policy, in whatever form it is written, and fail if anything is
cargo xtask policy-files FILE --id ID --out DIR   write a policy for each browser and system; also: --firefox-id ID --url URL --firefox-url URL
cargo xtask package [--key FILE [--url URL]]      pack what goes to stores and reviewers into target/package (--out DIR); with a key, a CRX
cargo xtask site [--out DIR]                      write the administrators' page as a plain page for any server, into target/site
cargo xtask places LIBPHONENUMBER ZONEINFO        renew data/places from a checkout of libphonenumber and /usr/share/zoneinfo
cargo xtask scene FILE [--view]                   show the card and the first three phrases for each scene in it
cargo xtask gallery                               photograph every page in every state, in both themes, into target/gallery
cargo xtask store-pictures                        photograph the five pictures of the stores into docs/store
cargo xtask schema                                write extension/managed_schema.json, docs/tools.md and docs/presets.md";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let root = process::root()?;
    let mut parser = Parser::from_env();
    let Some(Arg::Value(command)) = parser.next()? else {
        println!("{USAGE}");
        return Ok(());
    };
    match command.string()?.as_str() {
        "bundle" => {
            let mut bundle = bundle::Bundle::standard(&root);
            while let Some(argument) = parser.next()? {
                match argument {
                    Arg::Long("out") => bundle.out = std::path::absolute(parser.value()?)?,
                    Arg::Long("feature") => bundle.feature = Some(parser.value()?.string()?),
                    other => return Err(other.unexpected().into()),
                }
            }
            bundle.write()
        }
        "demo" => {
            let mut demo = demo::Demo::standard();
            while let Some(argument) = parser.next()? {
                match argument {
                    Arg::Long("browser") => demo.browser = parser.value()?.string()?.parse()?,
                    Arg::Long("headless") => demo.window = demo::Window::Headless,
                    other => return Err(other.unexpected().into()),
                }
            }
            demo.run(&root)
        }
        "test" => test::run(&root, word(&mut parser)?.as_deref().unwrap_or("all").parse()?),
        "endure" => nothing_more(&mut parser).and_then(|()| test::run(&root, test::Part::Endure)),
        "bench" => match parser.next()? {
            Some(Arg::Value(name)) if name == "matching" => {
                nothing_more(&mut parser)?;
                process::run(&mut test::matching(&root))
            }
            Some(Arg::Value(name)) if name == "proof" => {
                let mut proof = test::Proof::standard();
                while let Some(argument) = parser.next()? {
                    match argument {
                        Arg::Long("quick") => proof.length = test::Length::Quick,
                        Arg::Long("peer") => proof.peer = Some(std::path::absolute(parser.value()?)?),
                        other => return Err(other.unexpected().into()),
                    }
                }
                proof.run(&root)
            }
            _ => bail!("there are two benches, `matching` and `proof`\n{USAGE}"),
        },
        "fuzz" => {
            let (mut seconds, mut targets) = (60, Vec::new());
            while let Some(argument) = parser.next()? {
                match argument {
                    Arg::Long("seconds") => seconds = parser.value()?.parse()?,
                    Arg::Value(name) => targets.push(name.string()?),
                    other => return Err(other.unexpected().into()),
                }
            }
            fuzz::run(&root, seconds, &targets)
        }
        "setup" => match word(&mut parser)? {
            Some(browser) => setup::setup(&root, &setup::demo_needs(browser.parse()?)),
            None => setup::setup(&root, setup::TEST_NEEDS),
        },
        "reproduce" => nothing_more(&mut parser).and_then(|()| reproduce::run(&root)),
        "scene" => {
            let (mut file, mut print) = (None, scene::Print::Card);
            while let Some(argument) = parser.next()? {
                match argument {
                    Arg::Long("view") => print = scene::Print::View,
                    Arg::Value(path) => file = Some(PathBuf::from(path)),
                    other => return Err(other.unexpected().into()),
                }
            }
            match file {
                Some(file) => scene::run(&root, &file, print),
                None => bail!("name the file\n{USAGE}"),
            }
        }
        "store-pictures" => nothing_more(&mut parser).and_then(|()| test::store_pictures(&root)),
        "gallery" => nothing_more(&mut parser).and_then(|()| test::gallery(&root)),
        "schema" => nothing_more(&mut parser)
            .and_then(|()| schema::write(&root))
            .and_then(|()| adapter::write_list(&root))
            .and_then(|()| preset::write_list(&root)),
        "policy-check" => match word(&mut parser)? {
            Some(file) => policy::check(&root, Path::new(&file)),
            None => bail!("name the file\n{USAGE}"),
        },
        "policy-files" => {
            let (mut file, mut files) = (None, policy::Files::standard());
            while let Some(argument) = parser.next()? {
                match argument {
                    Arg::Long("id") => files.id = Some(parser.value()?.string()?),
                    Arg::Long("firefox-id") => files.firefox_id = parser.value()?.string()?,
                    Arg::Long("url") => files.url = Some(parser.value()?.string()?),
                    Arg::Long("firefox-url") => files.firefox_url = Some(parser.value()?.string()?),
                    Arg::Long("out") => files.out = Some(PathBuf::from(parser.value()?)),
                    Arg::Value(path) => file = Some(PathBuf::from(path)),
                    other => return Err(other.unexpected().into()),
                }
            }
            match file {
                Some(file) => files.write(&file),
                None => bail!("name the file\n{USAGE}"),
            }
        }
        "package" => {
            let mut package = package::Package::standard(&root);
            while let Some(argument) = parser.next()? {
                match argument {
                    Arg::Long("out") => package.out = std::path::absolute(parser.value()?)?,
                    Arg::Long("key") => package.key = Some(std::path::absolute(parser.value()?)?),
                    Arg::Long("url") => package.url = Some(parser.value()?.string()?),
                    Arg::Long("dist") => package.dist = Some(std::path::absolute(parser.value()?)?),
                    other => return Err(other.unexpected().into()),
                }
            }
            package.write(&root)
        }
        "site" => {
            let mut site = site::Site::standard(&root);
            while let Some(argument) = parser.next()? {
                match argument {
                    Arg::Long("out") => site.out = std::path::absolute(parser.value()?)?,
                    Arg::Long("dist") => site.dist = Some(std::path::absolute(parser.value()?)?),
                    other => return Err(other.unexpected().into()),
                }
            }
            site.write(&root)
        }
        "places" => {
            let mut folders = Vec::new();
            while let Some(argument) = parser.next()? {
                match argument {
                    Arg::Value(folder) => folders.push(PathBuf::from(folder)),
                    other => return Err(other.unexpected().into()),
                }
            }
            match folders.as_slice() {
                [numbers, zones] => places::write(&root, numbers, zones),
                _ => bail!("name both folders\n{USAGE}"),
            }
        }
        "adapter-check" => match word(&mut parser)? {
            Some(file) => adapter::check(Path::new(&file)),
            None => bail!("name the file\n{USAGE}"),
        },
        "import" => {
            let (mut words, mut out) = (Vec::new(), None);
            while let Some(argument) = parser.next()? {
                match argument {
                    Arg::Long("out") => out = Some(PathBuf::from(parser.value()?)),
                    Arg::Value(word) => words.push(word),
                    other => return Err(other.unexpected().into()),
                }
            }
            match words.as_slice() {
                [format, file] => import::run(&format.to_string_lossy(), Path::new(file), out.as_deref()),
                _ => bail!("name the format and the file\n{USAGE}"),
            }
        }
        "explain" => {
            let (mut urls, mut settings, mut policy) = (Vec::new(), None, None);
            while let Some(argument) = parser.next()? {
                match argument {
                    Arg::Long("settings") => settings = Some(PathBuf::from(parser.value()?)),
                    Arg::Long("policy") => policy = Some(PathBuf::from(parser.value()?)),
                    Arg::Value(url) => urls.push(url.string()?),
                    other => return Err(other.unexpected().into()),
                }
            }
            match settings {
                Some(settings) if !urls.is_empty() => explain::run(&root, &settings, policy.as_deref(), &urls),
                _ => bail!("name the settings and at least one address\n{USAGE}"),
            }
        }
        unknown => bail!("there is no command `{unknown}`\n{USAGE}"),
    }
}

/// The one optional word of a command.
fn word(parser: &mut Parser) -> Result<Option<String>> {
    let word = match parser.next()? {
        Some(Arg::Value(value)) => Some(value.string()?),
        Some(other) => return Err(other.unexpected().into()),
        None => None,
    };
    nothing_more(parser)?;
    Ok(word)
}

fn nothing_more(parser: &mut Parser) -> Result<()> {
    match parser.next()? {
        Some(other) => Err(other.unexpected().into()),
        None => Ok(()),
    }
}
