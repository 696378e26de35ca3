//! SPSS system files: `sav write FILE.sav [cases] [variables]` writes an invented one, `sav read FILE...` reads files
//! and prints seconds and peak memory, `sav show FILE` prints dictionary and cases.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Instant;
use tabular::sav::{Dictionary, SavFile, SavValue, SavWriter, Variable};
use tabular::{FileInput, Limits};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["write", file] => write(file, 200_000, 60),
        ["write", file, cases, variables] => write(file, cases.parse()?, variables.parse()?),
        ["read", files @ ..] => files.iter().try_for_each(|file| read(file)),
        ["show", file] => show(file),
        _ => Err("sav write FILE [CASES VARIABLES] | sav read FILE... | sav show FILE".into()),
    }
}

/// Small whole numbers, amounts, missing values, and every tenth variable a text.
fn write(file: &str, cases: u64, variables: u64) -> Result<(), Box<dyn Error>> {
    let is_text = |place: u64| place % 10 == 9;
    let variable = |place: u64| {
        let name = format!("question_{place}");
        if is_text(place) { Variable::text(&name, 24) } else { Variable::number(&name) }
    };
    let dictionary = Dictionary { case_count: Some(cases), ..Dictionary::new((0..variables).map(variable).collect()) };
    let mut writer = SavWriter::new(BufWriter::new(File::create(file)?), &dictionary)?;
    let mut state = 1_u64;
    for _ in 0..cases {
        let case: Vec<SavValue> = (0..variables)
            .map(|place| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let drawn = u32::try_from(state >> 40).unwrap_or(0);
                match drawn % 20 {
                    _ if is_text(place) => SavValue::Text(format!("réponse {}", drawn % 1000)),
                    0 => SavValue::SystemMissing,
                    1..=4 => SavValue::Number(f64::from(drawn) / 100.0),
                    _ => SavValue::Number(f64::from(drawn % 7)),
                }
            })
            .collect();
        writer.write_case(&case)?;
    }
    writer.finish()?.flush()?;
    Ok(())
}

fn read(file: &str) -> Result<(), Box<dyn Error>> {
    let input = FileInput(PathBuf::from(file));
    let limits = Limits::default();
    let start = Instant::now();
    let sav = SavFile::open(&input, &limits)?;
    let mut cases = sav.cases()?;
    let (mut case, mut count, mut sum, mut letters) = (Vec::new(), 0_u64, 0.0, 0);
    while cases.read(&mut case)? {
        count += 1;
        for value in &case {
            match value {
                SavValue::Number(number) => sum += number,
                SavValue::Text(text) => letters += text.len(),
                SavValue::SystemMissing => (),
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = memory.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM not told").to_owned();
    println!("{seconds:.3} s  {count} cases, sum {sum:.2}, {letters} bytes of text  {memory}");
    Ok(())
}

fn show(file: &str) -> Result<(), Box<dyn Error>> {
    let input = FileInput(PathBuf::from(file));
    let sav = SavFile::open(&input, &Limits::default())?;
    println!("{:#?}", sav.dictionary());
    for case in sav.cases()? {
        let words = case?.into_iter().map(|value| match value {
            SavValue::Number(number) => number.to_string(),
            SavValue::Text(text) => format!("'{text}"),
            SavValue::SystemMissing => "NA".to_owned(),
        });
        println!("{}", words.collect::<Vec<_>>().join("\t"));
    }
    Ok(())
}
