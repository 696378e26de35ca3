//! What the user typed.

use crate::model::{Geography, Language, Named, Nis5, Period};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// From the exports of Belgium's public welfare centres to indicators and reports.
#[derive(Debug, Parser)]
#[command(name = "parcours", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Language of messages (fr, nl, de, en); default: the locale's.
    #[arg(long, global = true)]
    pub lang: Option<Language>,
    /// No progress, no remarks.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// What the user accepts beforehand; without it, collect stops and asks.
#[derive(Debug, Args)]
pub struct Accept {
    /// A submission that may differ much from the one in force, as 62063/2017, or all; may be repeated.
    #[arg(long, value_name = "CPAS/PERIOD")]
    pub accept: Vec<Named>,
    /// A submission that may be older than the one in force, as 62063/2017, or all; may be repeated.
    #[arg(long, value_name = "CPAS/PERIOD")]
    pub accept_older: Vec<Named>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The main job for a project folder: collect, check, compute, report.
    Run {
        /// Project folder.
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// What is accepted beforehand.
        #[command(flatten)]
        accept: Accept,
        /// Writes time and peak memory of each phase to this file (JSON).
        #[arg(long)]
        timings: Option<PathBuf>,
        /// Stops after the indicators.
        #[arg(long)]
        without_reports: bool,
    },
    /// A new project folder: settings, inbox, a fresh secret key.
    Init {
        /// Folder to make.
        dir: PathBuf,
    },
    /// A new secret key, and the lake made again from the exports under it; the old ones are kept aside.
    Rekey {
        /// Project folder.
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// A project folder of invented exports, to train on or to measure.
    Demo {
        /// Folder to make.
        dir: PathBuf,
        /// Number of people.
        #[arg(long, default_value_t = 2_000)]
        people: u32,
        /// Number of CPAS; at most those there are.
        #[arg(long, default_value_t = 10)]
        cpas: u32,
        /// Seed: the same seed gives the same bytes.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Year.
        #[arg(long, default_value_t = 2017)]
        year: i32,
        /// The five centres of sample_data instead of a country.
        #[arg(long)]
        sample: bool,
        /// Invented answers to the study of 2015, for `report study`.
        #[arg(long, conflicts_with = "sample")]
        study: bool,
    },
    /// Reads and checks the inbox as a run would; writes the findings only.
    Check {
        /// Project folder.
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// What files are and how they would be read.
    Inspect(Inspect),
    /// The exports of the inbox into the lake.
    Collect {
        /// Project folder.
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// What is accepted beforehand.
        #[command(flatten)]
        accept: Accept,
    },
    /// Who handed in, whether on time and complete, and who did not.
    Status {
        /// Project folder.
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// This period only (2017, 2017-Q2).
        #[arg(long)]
        period: Option<Period>,
        /// Lists every CPAS that is missing, however many.
        #[arg(long)]
        missing: bool,
        /// The same as JSON.
        #[arg(long)]
        json: bool,
    },
    /// The indicators into out/indicators.parquet and .csv.
    Compute {
        /// Project folder.
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// What runs the queries: this process, or a cluster that sees the same files under the same paths.
        #[arg(long, value_parser = ["embedded", "ballista"], default_value = "embedded")]
        engine: String,
        /// Scheduler of the cluster, df://HOST:PORT; without it the cluster is this process.
        #[arg(long, value_name = "URL")]
        scheduler: Option<String>,
        /// By the communes of the time (as_was), or carried to those of today (as_is: into out/as_is).
        #[arg(long, value_name = "VIEW", default_value_t = Geography::AsWas)]
        areas: Geography,
    },
    /// A part of a cluster that runs the indicators: one scheduler, and executors on as many machines as there are.
    #[cfg(feature = "distributed")]
    Cluster {
        /// Which part.
        #[command(subcommand)]
        part: ClusterPart,
    },
    /// The rows behind a figure, with file, sheet and row of each, and the figure made again from them.
    Trace(Trace),
    /// What changed between two editions of the figures, and what each change comes from.
    Diff {
        /// The older edition: a project folder, or a copy of its folder out.
        old: PathBuf,
        /// The newer one.
        new: PathBuf,
        /// Writes every change with each of its causes as CSV.
        #[arg(long, value_name = "OUT")]
        csv: Option<PathBuf>,
    },
    /// `annual`: the evaluation report of every CPAS, as workbook, page, PDF and charts; one that is there already, made from
    /// the same, is left as it is. `national`: a year of all areas above the CPAS, an edition for everybody and one for inside.
    /// `study`: the published figures of a survey computed again from its answers, with a verdict on each.
    Report {
        /// Which report.
        #[arg(value_parser = ["annual", "national", "study"])]
        report: String,
        /// Project folder.
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// The report of one CPAS only.
        #[arg(long, value_name = "NIS", conflicts_with = "all")]
        cpas: Option<Nis5>,
        /// The reports of all of them, as without it.
        #[arg(long)]
        all: bool,
        /// The period, e.g. 2017; without it that of the settings, else the last there is.
        #[arg(long)]
        year: Option<Period>,
        /// `national`: by the communes of the time (as_was), or carried to those of today (as_is): an internal edition only.
        #[arg(long, value_name = "VIEW", default_value_t = Geography::AsWas)]
        areas: Geography,
        /// Writes the time and memory of each phase as JSON.
        #[arg(long, value_name = "OUT")]
        timings: Option<PathBuf>,
    },
    /// The year of each CPAS as protected figures, for a federal run that does not see its rows: out/hand-in. Laid into the
    /// folder hand-ins of the federal project, they are added up there by `report national`.
    HandIn {
        /// Project folder.
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// One CPAS only.
        #[arg(long, value_name = "NIS")]
        cpas: Option<Nis5>,
        /// The period; without it that of the settings, else the last there is.
        #[arg(long)]
        year: Option<Period>,
    },
    /// Whether a public edition may go out: reads all its files again, and says who approved it.
    Release {
        /// `check`: reads the files and tells what is wrong; `approve`: checks, and records an approval.
        #[arg(value_parser = ["check", "approve"])]
        what: String,
        /// Project folder.
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// The period of the edition; without it that of the settings, else the last there is.
        #[arg(long)]
        year: Option<Period>,
        /// Who approves.
        #[arg(long, value_name = "NAME", required_if_eq("what", "approve"))]
        by: Option<String>,
        /// Why.
        #[arg(long, value_name = "REASON", required_if_eq("what", "approve"))]
        why: Option<String>,
    },
    /// Lists the indicators and checks, or explains one.
    Catalogue {
        /// An id, e.g. progress.change; `indicators` or `checks`: a list; `markdown`: all indicators explained, as a document;
        /// `lint`: whether every query keeps to the SQL that all engines read alike.
        id: Option<String>,
        /// Project folder whose own files count too.
        #[arg(long)]
        dir: Option<PathBuf>,
    },
}

/// The figure whose rows are wanted.
#[derive(Debug, clap::Args)]
pub struct Trace {
    /// Indicator, e.g. progress.change.
    pub indicator: String,
    /// Project folder.
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// NIS code of the CPAS.
    #[arg(long, value_name = "NIS")]
    pub cpas: Nis5,
    /// Period (2017, 2017-Q2).
    #[arg(long, visible_alias = "year")]
    pub period: Period,
    /// Domain of the figure.
    #[arg(long, value_name = "CODE")]
    pub domain: Option<String>,
    /// Project of the figure.
    #[arg(long, value_name = "CODE")]
    pub project: Option<String>,
    /// Any dimension of the figure, as results write it; may be repeated.
    #[arg(long = "dimension", value_name = "KEY=CODE")]
    pub dimensions: Vec<String>,
    /// Writes the rows as CSV instead of printing them.
    #[arg(long, value_name = "OUT")]
    pub csv: Option<PathBuf>,
}

/// What `inspect` looks at and writes.
#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// Files, or a folder of files.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Writes a complete profile for these files; an existing file only with --force.
    #[arg(long, value_name = "OUT", conflicts_with_all = ["csv", "json"])]
    pub profile: Option<PathBuf>,
    /// Writes what was read of one file as UTF-8 CSV; `-` is the terminal.
    #[arg(long, value_name = "OUT", conflicts_with = "json")]
    pub csv: Option<PathBuf>,
    /// Everything as one JSON document.
    #[arg(long)]
    pub json: bool,
    /// Sheet of a workbook for --csv; default: the first with content.
    #[arg(long, value_name = "NAME", requires = "csv")]
    pub sheet: Option<String>,
    /// With --csv: titles, totals and notes too.
    #[arg(long, requires = "csv")]
    pub all_rows: bool,
    /// With --csv: cells that a spreadsheet would run stay as they are.
    #[arg(long, requires = "csv")]
    pub keep_formulas: bool,
    /// Shows the cells of the first rows, personal ones too.
    #[arg(long)]
    pub unmasked: bool,
    /// Replaces an existing profile.
    #[arg(long, requires = "profile")]
    pub force: bool,
    /// Project folder: its definitions count, and files of its inbox are compared with the last submission.
    #[arg(long)]
    pub dir: Option<PathBuf>,
}

/// The parts of a cluster. They ask nobody for a password: bind them to this machine or to a private network.
#[cfg(feature = "distributed")]
#[derive(Debug, Subcommand)]
pub enum ClusterPart {
    /// Hands out work.
    Scheduler {
        /// Address to listen at.
        #[arg(long, default_value = "127.0.0.1:50050")]
        bind: std::net::SocketAddr,
    },
    /// Does the work.
    Executor {
        /// Address of the scheduler.
        #[arg(long, default_value = "df://127.0.0.1:50050", value_name = "URL")]
        scheduler: String,
        /// Own address; the port after it is used too.
        #[arg(long, default_value = "127.0.0.1:50061")]
        bind: std::net::SocketAddr,
        /// Tasks at one time.
        #[arg(long, default_value_t = 1)]
        cores: usize,
    },
}
