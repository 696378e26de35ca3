//! Parse, run one command, print error and hint, choose the exit code.

use clap::Parser;
use parcours::cli::{Accept, Cli, Command, Inspect, Trace};
use parcours::commands::{self, Accepted, Outcome, Talk, demo::Wanted};
use parcours::engine::Which;
use parcours::error::{Error, Place, Result};
use parcours::inspect::csv::Choice;
use parcours::model::{Geography, Language};
use std::env;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    // PARCOURS_LOG=parcours=info shows places, counts and times on stderr; never a value of a row.
    let filter = tracing_subscriber::EnvFilter::try_from_env("PARCOURS_LOG").unwrap_or_else(|_| "off".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let cli = Cli::parse();
    let language = cli.lang.or_else(locale).unwrap_or(Language::En);
    let talk = Talk { language, quiet: cli.quiet };
    match run(cli.command, talk) {
        Ok(outcome) => ExitCode::from(outcome.exit_code()),
        Err(error) => {
            for one in error.each() {
                // Nobody may be there to read it: then the exit code says it.
                let mut stderr = std::io::stderr();
                let message = parcours::text::say(language, "error", &[("message", one.message(language))]);
                let _ = writeln!(stderr, "{message}");
                if let Some(hint) = one.hint(language) {
                    let _ = writeln!(stderr, "  {hint}");
                }
            }
            ExitCode::from(error.exit_code())
        }
    }
}

/// The language of messages by the environment, as POSIX orders its variables.
fn locale() -> Option<Language> {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))?;
    Language::from_locale(&set)
}

fn run(command: Command, talk: Talk) -> Result<Outcome> {
    match command {
        Command::Run { dir, accept, timings, without_reports } => {
            commands::run::run(&dir, &accepted(accept), timings.as_deref(), without_reports, talk)
        }
        Command::Init { dir } => commands::init::run(&dir, talk),
        Command::Rekey { dir } => commands::rekey::run(&dir, talk),
        Command::Demo { dir, sample: true, .. } => commands::demo::run(&dir, &Wanted::Sample, talk),
        Command::Demo { dir, study: true, .. } => commands::demo::run(&dir, &Wanted::Study, talk),
        Command::Demo { dir, people, cpas, seed, year, .. } => {
            commands::demo::run(&dir, &Wanted::Country { people, cpas, seed, year }, talk)
        }
        Command::Check { dir } => commands::check::run(&dir, talk),
        Command::Inspect(asked) => commands::inspect::run(&inspected(asked), talk),
        Command::Collect { dir, accept } => commands::collect::run(&dir, &accepted(accept), talk),
        Command::Status { dir, period, missing, json } => {
            commands::status::run(&dir, &commands::status::Wanted { period, missing, json }, talk)
        }
        Command::Compute { dir, engine, scheduler, areas } => {
            let engine = if engine == "ballista" { Which::Cluster { scheduler } } else { Which::Embedded };
            commands::compute::run(&dir, &commands::Asked { engine, geography: areas }, talk)
        }
        #[cfg(feature = "distributed")]
        Command::Cluster { part: parcours::cli::ClusterPart::Scheduler { bind } } => {
            commands::cluster::schedule(bind, talk)
        }
        #[cfg(feature = "distributed")]
        Command::Cluster { part: parcours::cli::ClusterPart::Executor { scheduler, bind, cores } } => {
            commands::cluster::work(scheduler, bind, cores, talk)
        }
        Command::Diff { old, new, csv } => commands::diff::run(&old, &new, csv.as_deref(), talk),
        Command::Trace(asked) => commands::trace::run(&asked.dir.clone(), &traced(asked), talk),
        Command::Report { report, dir, cpas, year, areas, timings, all } if report == "study" => {
            let given = [("--cpas", cpas.is_some()), ("--year", year.is_some()), ("--all", all)];
            let given = given.into_iter().chain([("--areas", areas != Geography::AsWas)]).find(|(_, is)| *is);
            match given {
                Some((option, _)) => commands::study::refuse(&dir, option),
                None => commands::study::run(&dir, timings.as_deref(), talk),
            }
        }
        Command::Report { report, dir, cpas, year, areas, timings, .. } if report == "national" => {
            commands::national::run(&dir, (cpas, year, areas), timings.as_deref(), talk)
        }
        Command::Report { dir, cpas, year, areas, timings, .. } => {
            if areas != Geography::AsWas {
                return Err(Error::usage("report-as-was").at(Place::file(&dir)));
            }
            commands::report::run(&dir, (cpas, year), timings.as_deref(), talk)
        }
        Command::HandIn { dir, cpas, year } => commands::hand_in::run(&dir, (cpas, year), talk),
        Command::Release { what, dir, year, by, why } => {
            let approval = by.zip(why).filter(|_| what == "approve");
            commands::release::run(&dir, year, approval, talk)
        }
        Command::Catalogue { id, dir } => commands::catalogue::run(dir.as_deref(), id.as_deref(), talk),
    }
}

/// What `trace` is asked, in the words of the command.
fn traced(asked: Trace) -> commands::trace::Wanted {
    let named = [("domain", asked.domain), ("project", asked.project)];
    let mut dimensions = asked.dimensions;
    dimensions.extend(named.into_iter().filter_map(|(key, code)| code.map(|code| format!("{key}={code}"))));
    commands::trace::Wanted {
        indicator: asked.indicator,
        cpas: asked.cpas,
        period: asked.period,
        dimensions,
        csv: asked.csv,
    }
}

fn accepted(accept: Accept) -> Accepted {
    Accepted { changes: accept.accept, older: accept.accept_older }
}

/// What `inspect` is asked, in the words of the command.
fn inspected(asked: Inspect) -> commands::inspect::Wanted {
    commands::inspect::Wanted {
        files: asked.files,
        profile: asked.profile,
        force: asked.force,
        csv: asked.csv,
        sheet: asked.sheet,
        choice: Choice { all_rows: asked.all_rows, keep_formulas: asked.keep_formulas },
        json: asked.json,
        unmasked: asked.unmasked,
        dir: asked.dir,
    }
}
