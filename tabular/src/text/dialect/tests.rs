#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

//! The quick way finds what the full way finds, or leaves it to it.

use super::*;
use crate::text::encoding;
use proptest::prelude::*;

#[allow(missing_docs, dead_code, reason = "that suite's own")]
#[path = "../../../tests/pollution/clean.rs"]
mod clean;
#[allow(missing_docs, dead_code, reason = "that suite's own")]
#[path = "../../../tests/pollution/pollute.rs"]
mod pollute;

/// Both ways on one text, with a beginning of so many bytes; the same, or said to be left. True when it was not left.
fn agree(bytes: &[u8], head: usize) -> Result<bool, String> {
    let coding = encoding::detect(bytes, true, None).unwrap();
    let text = encoding::plain(bytes, coding.encoding);
    let known = Known::default();
    let Some(quick) = quick(&text, &known, head) else { return Ok(false) };
    let full = full(&text, ends(&text), &known).unwrap();
    let shown = |reading: &Reading| (reading.signs, reading.usual, reading.line_end());
    if shown(&quick.reading) == shown(&full.reading) {
        Ok(true)
    } else {
        Err(format!("{:?}, and in full {:?}", shown(&quick.reading), shown(&full.reading)))
    }
}

#[test]
fn both_ways_agree_on_every_polluted_file() {
    let tables = clean::all();
    let (mut taken, mut all) = (0, 0);
    for (at, clean) in tables.iter().enumerate() {
        for file in pollute::Polluter::files(clean, &tables[(at + 1) % tables.len()]) {
            // As it is with a short beginning; put behind itself, so that there is a rest after a long one.
            for (bytes, head) in
                [(file.bytes.clone(), 512), (file.bytes.clone(), 2 << 10), (file.bytes.repeat(4), HEAD)]
            {
                all += 1;
                match agree(&bytes, head) {
                    Ok(is_taken) => taken += usize::from(is_taken),
                    Err(differ) => panic!("{} {:?} {head}: {differ}", file.kind, file.what),
                }
            }
        }
    }
    assert!(taken * 2 > all, "{taken} of {all}: the quick way is hardly taken");
}

/// What comes after the beginning is seen: the file is read as in full.
#[test]
fn what_changes_further_down_is_seen() {
    let begin = "naam;bedrag;dag\nJan;1,5;01/02/2024\n".to_owned() + &"Piet;2,5;02/02/2024\n".repeat(30);
    let found = |rest: &str| {
        let text = format!("{begin}{rest}");
        assert!(agree(text.as_bytes(), 300).is_ok(), "{rest:?}");
        let coding = encoding::detect(text.as_bytes(), true, None).unwrap();
        let dialect = |head: usize| {
            let choice = quick(text.as_bytes(), &Known::default(), head);
            choice.map(|choice| super::dialect(&choice.reading.signs, choice.reading.line_end(), 0, &coding, 1.0))
        };
        dialect(300)
    };
    let same = "An;3,5;03/02/2024\n".repeat(30);
    assert_eq!(found(&same).unwrap().delimiter, Some(';'));
    assert_eq!(found(&same.replace('\n', "\r\n")).unwrap().line_end, LineEnd::Mixed);
    let quoted = "\"An;Jan\";3,5;03/02/2024\n".repeat(30);
    assert_eq!(found(&quoted).unwrap().quote, Some('"'));
    for other in [
        "An;3,5;03/02/2024\r".repeat(30),
        "An,3.5,03/02/2024\n".repeat(300),
        "An\t3,5\t03/02/2024\n".repeat(300),
        "'An; en Jan';3,5;03/02/2024\n".repeat(30),
        format!("\"An \\\"x\\\"\";3,5;03/02/2024\n{same}"),
        "An; 3,5; 03/02/2024\n".repeat(3_000),
        "\"An;3,5;03/02/2024\n".repeat(300),
        "Jan, An, Piet, Eva;3,5;03/02/2024\n".repeat(30),
        "An;3,5;03/02/2024;4\n".repeat(300),
    ] {
        assert_eq!(found(&other), None, "{other:?}");
    }
}

/// Files with one manner of writing, and another from some row on.
fn any_file() -> impl Strategy<Value = String> {
    let sign = || prop::sample::select(vec![";", ";", ",", "\t", "|", ":", "~", " ", "; ", ", "]);
    let quote = || prop::sample::select(vec!["", "", "\"", "'"]);
    let end = || prop::sample::select(vec!["\n", "\n", "\r\n", "\r"]);
    let cell = prop::sample::select(vec![
        "naam",
        "Jan",
        "1",
        "12,5",
        "1.250,75",
        "01/02/2024",
        "08:30",
        "",
        "B-12",
        "Rue Neuve 12, Gent",
        "a;b",
        "c|d",
        "l'été",
        "dit \"oui\"",
        "\\\"x\\\"",
        "x\ny",
        "2024-02-01 10:00",
        "\"los",
        "'s avonds",
    ]);
    let manner = || (sign(), quote(), end());
    let rows = prop::collection::vec(prop::collection::vec(cell, 1..7), 1..12);
    (rows, 5..60_usize, manner(), manner(), prop::bool::weighted(0.5), 0.2..1.0_f64).prop_map(
        |(rows, times, before, behind, changes, at)| {
            let count = rows.len() * times;
            let width = rows[0].len();
            let mut text = String::new();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a count")]
            let turn = if changes { (f64::from(u32::try_from(count).unwrap()) * at) as usize } else { count };
            for number in 0..count {
                let (sign, quote, end) = if number < turn { before } else { behind };
                let row = &rows[number % rows.len()];
                let cells: Vec<String> =
                    row.iter().cycle().take(width).map(|cell| format!("{quote}{cell}{quote}")).collect();
                text.push_str(&cells.join(sign));
                text.push_str(end);
            }
            text
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_ways_agree_on_any_file(text in any_file(), head in 200..3_000_usize) {
        if let Err(differ) = agree(text.as_bytes(), head) {
            return Err(TestCaseError::fail(differ));
        }
    }
}
