//! System files written by others, cell by cell; files written here, read again; files made to hurt.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use proptest::prelude::*;
use std::sync::Arc;
use tabular::sav::{
    CategoryLabels, Compression, Dictionary, EncodingSource, Format, Kind, Meaning, Measure, Missing, ResponseKind,
    ResponseSet, SavFile, SavValue, SavWriter, ValueLabel, Variable, moment,
};
use tabular::{Cell, Fault, FaultKind, Input, Limits, Row, container};

const HAVEN: [(&str, &[u8], Compression); 3] = [
    ("haven.sav", include_bytes!("sav/haven.sav"), Compression::Bytecode),
    ("haven-plain.sav", include_bytes!("sav/haven-plain.sav"), Compression::None),
    ("haven.zsav", include_bytes!("sav/haven.zsav"), Compression::Zlib),
];
const PYREADSTAT: [(&str, &[u8], Compression); 2] = [
    ("pyreadstat.sav", include_bytes!("sav/pyreadstat.sav"), Compression::None),
    ("pyreadstat.zsav", include_bytes!("sav/pyreadstat.zsav"), Compression::Zlib),
];

type Case = Vec<SavValue>;

fn read_with(bytes: &[u8], limits: &Limits) -> Result<(Dictionary, Vec<Case>), Fault> {
    let input: &dyn Input = &bytes;
    let file = SavFile::open(input, limits)?;
    let cases = file.cases()?.collect::<Result<_, _>>()?;
    Ok((file.dictionary().clone(), cases))
}

fn read(bytes: &[u8]) -> Result<(Dictionary, Vec<Case>), Fault> {
    read_with(bytes, &Limits::default())
}

fn written(dictionary: &Dictionary, cases: &[Case]) -> Vec<u8> {
    let mut writer = SavWriter::new(Vec::new(), dictionary).unwrap();
    cases.iter().for_each(|case| writer.write_case(case).unwrap());
    writer.finish().unwrap()
}

fn text(text: &str) -> SavValue {
    SavValue::Text(text.to_owned())
}

/// What a script says has to be found: values between tabs, texts after an apostrophe.
fn told(lines: &str) -> Vec<Case> {
    let value = |word: &str| match (word, word.strip_prefix('\'')) {
        (_, Some(words)) => text(words),
        ("NA", None) => SavValue::SystemMissing,
        (number, None) => SavValue::Number(number.parse().unwrap()),
    };
    lines.lines().map(|line| line.split('\t').map(value).collect()).collect()
}

fn labels(pairs: &[(SavValue, &str)]) -> Arc<[ValueLabel]> {
    let label = |(value, label): &(SavValue, &str)| ValueLabel { value: value.clone(), label: (*label).to_owned() };
    pairs.iter().map(label).collect()
}

#[test]
fn files_of_haven() {
    let expected = told(include_str!("sav/haven.txt"));
    assert_eq!((expected.len(), expected[0].len()), (6, 9));
    for (name, bytes, compression) in HAVEN {
        let (dictionary, cases) = read(bytes).unwrap();
        assert_eq!(cases, expected, "{name}");
        assert_eq!((dictionary.compression, dictionary.case_count), (compression, Some(6)), "{name}");
        assert_eq!((dictionary.encoding.name(), dictionary.encoding_source), ("UTF-8", EncodingSource::CodePage));
        assert_eq!((dictionary.damaged_texts, dictionary.left_out.as_slice()), (0, [].as_slice()));
        let names: Vec<&str> = dictionary.variables.iter().map(|variable| variable.name.as_str()).collect();
        let satisfaction = "satisfaction_with_the_social_worker";
        assert_eq!(names, ["id", satisfaction, "income", "born", "asked", "lasted", "sex", "town", "story"]);
        let [id, satisfied, income, born, asked, lasted, sex, town, story] = dictionary.variables.as_slice() else {
            panic!("{name}: {} variables", dictionary.variables.len());
        };
        assert_eq!((id.label.as_deref(), id.print), (Some("Number of the person"), Format::number(8, 0)));
        assert_eq!(satisfied.label.as_deref(), Some("Êtes-vous satisfait·e de votre assistant social ?"));
        assert_eq!(
            satisfied.value_labels,
            labels(&[
                (SavValue::Number(1.0), "pas du tout"),
                (SavValue::Number(5.0), "tout à fait"),
                (SavValue::Number(98.0), "ne sait pas"),
                (SavValue::Number(99.0), "refus")
            ])
        );
        assert_eq!(satisfied.label_of(&SavValue::Number(98.0)), Some("ne sait pas"));
        assert_eq!(satisfied.missing.values, [SavValue::Number(98.0), SavValue::Number(99.0)]);
        assert_eq!(
            income.missing,
            Missing { values: vec![SavValue::Number(-1.0)], range: Some((9000.0, f64::INFINITY)) }
        );
        let is_missing: Vec<bool> = cases.iter().map(|case| income.is_user_missing(&case[2])).collect();
        assert_eq!(is_missing, [false, false, true, true, false, false]);
        assert_eq!(
            [born, asked, lasted].map(|variable| variable.print.meaning()),
            [Meaning::Day, Meaning::DayAndTime, Meaning::Duration]
        );
        assert_eq!(born.print.name(), "EDATE");
        assert_eq!(sex.kind, Kind::Text(1));
        assert_eq!(sex.label_of(&text("Z")), Some("sans réponse"));
        assert!(sex.is_user_missing(&text("Z")) && !sex.is_user_missing(&text("F")));
        assert_eq!(town.kind, Kind::Text(21));
        assert_eq!(town.label_of(&text("Saint-Josse-ten-Noode")), Some("in Brussels"));
        assert_eq!(town.missing.values, [text("none"), text("refused")]);
        assert_eq!(story.kind, Kind::Text(703));
    }
}

#[test]
fn files_of_pyreadstat() {
    let expected = told(include_str!("sav/pyreadstat.txt"));
    for (name, bytes, compression) in PYREADSTAT {
        let (dictionary, cases) = read(bytes).unwrap();
        assert_eq!(cases, expected, "{name}");
        assert_eq!((dictionary.compression, dictionary.label.as_str()), (compression, "Invented survey"));
        let [q1, q2, weight, words, long] = dictionary.variables.as_slice() else { panic!("{name}") };
        assert_eq!((q1.name.as_str(), q1.measure, q1.print), ("Q1", Some(Measure::Ordinal), Format::number(2, 0)));
        assert_eq!(
            (q1.missing.range, q1.missing.values.as_slice()),
            (Some((5.0, 6.0)), [SavValue::Number(4.0)].as_slice())
        );
        let is_missing = [3.0, 4.0, 4.5, 5.0, 6.0, 6.5].map(|number| q1.is_user_missing(&SavValue::Number(number)));
        assert_eq!(is_missing, [false, true, false, true, true, false]);
        assert!(!q1.is_user_missing(&SavValue::SystemMissing));
        assert_eq!((q2.label.as_deref(), q2.print), (None, Format::number(8, 3)));
        assert_eq!((weight.name.as_str(), weight.measure), ("weight_of_the_case", Some(Measure::Scale)));
        assert_eq!(
            (words.measure, words.missing.values.as_slice()),
            (Some(Measure::Nominal), [text("nee")].as_slice())
        );
        // Three levels stand after it for the segments of the wide text: the last variable has its own.
        assert_eq!((long.measure, long.kind), (Some(Measure::Nominal), Kind::Text(330)));
    }
}

#[test]
fn cases_as_rows_of_cells() {
    for (name, bytes, _) in HAVEN {
        let input: &dyn Input = &bytes;
        let file = SavFile::open(input, &Limits::default()).unwrap();
        let mut rows = Vec::new();
        let mut each = |row: Row<'_, '_>| {
            assert_eq!(row.number, rows.len() as u64 + 1);
            rows.push(row.cells.iter().take(7).map(|cell| cell.text().into_owned()).collect::<Vec<_>>().join("|"));
            Ok::<(), ()>(())
        };
        assert_eq!(file.rows(&mut each).unwrap(), 7);
        assert_eq!(rows[0], "id|satisfaction_with_the_social_worker|income|born|asked|lasted|sex", "{name}");
        assert_eq!(rows[1], "1|1|0|1980-02-29|2024-03-31|0.041666666666666664|F");
        assert_eq!(rows[3], "3|98|-1||||");
        assert_eq!(rows[4], "4||9000|1899-01-01|2024-01-01|0.999988425925926|Z");
    }
}

/// One of everything, with texts that are in windows-1252.
#[expect(clippy::too_many_lines, reason = "a list of values")]
fn everything() -> (Dictionary, Vec<Case>) {
    let mut variables = vec![
        Variable::number("age"),
        Variable::text("long_name_of_a_short_text", 8),
        Variable::text("Città", 9),
        Variable::text("story", 600),
        Variable::number("weighting"),
        Variable::text("STORY2", 256),
        Variable::number("Chosen_1"),
        Variable::number("Chosen_2"),
    ];
    variables[0].label = Some("Âge".to_owned());
    variables[0].measure = Some(Measure::Scale);
    variables[0].print = Format::named("DATETIME", 20, 0).unwrap();
    variables[0].missing = Missing { values: vec![SavValue::Number(7.0)], range: Some((f64::NEG_INFINITY, -1.0)) };
    variables[0].value_labels = labels(&[(SavValue::Number(-1.5), "minus"), (SavValue::Number(0.0), "")]);
    variables[1].missing.values = vec![text("a"), text("ééé"), text("12345678")];
    variables[1].value_labels = labels(&[(text("ä"), "A with dots")]);
    variables[2].missing.values = vec![text("x"), text("yy")];
    variables[2].value_labels = labels(&[(text("Forlì-de"), "wide"), (text(""), "said nothing")]);
    variables[2].measure = Some(Measure::Nominal);
    variables[3].label = Some("€ and other signs".to_owned());
    variables[3].missing.values = vec![text("none")];
    variables[5].measure = Some(Measure::Ordinal);
    let dichotomy = |labels| ResponseKind::Dichotomies { counted: "1".to_owned(), labels };
    let set = |name: &str, label: &str, kind, variables: &[usize]| ResponseSet {
        name: name.to_owned(),
        label: label.to_owned(),
        kind,
        variables: variables.to_vec(),
    };
    let dictionary = Dictionary {
        product: "@(#) SPSS DATA FILE - invented".to_owned(),
        label: "Enquête inventée".to_owned(),
        created_on: "31 Dec 23".to_owned(),
        created_at: "23:59:58".to_owned(),
        weight: Some(4),
        response_sets: vec![
            set("$needs", "Besoins é", dichotomy(CategoryLabels::Variables), &[6, 7]),
            set("$texts", "", ResponseKind::Categories, &[3, 5]),
            set("$more", "x y", dichotomy(CategoryLabels::CountedValues { set_from_variable: true }), &[7, 6, 0]),
        ],
        ..Dictionary::new(variables)
    };
    let number = SavValue::Number;
    let wide: String = ('a'..='z').cycle().take(600).collect();
    let cases = vec![
        vec![
            number(0.1),
            text("ééé"),
            text("Forlì"),
            text(&wide),
            number(1.0),
            text(&wide[..256]),
            number(1.0),
            number(0.0),
        ],
        vec![
            SavValue::SystemMissing,
            text(""),
            text("   x"),
            text(&"é".repeat(300)[..510]),
            number(-99.0),
            text(&wide[1..256]),
            number(151.0),
            number(152.0),
        ],
        vec![
            number(-0.0),
            text("12345678"),
            text("123456789"),
            text(""),
            number(-100.0),
            text(""),
            number(1e300),
            number(13.0),
        ],
    ];
    (dictionary, cases)
}

/// Read dictionaries know short names; those given to the writer need not have them.
fn without_short_names(mut dictionary: Dictionary) -> Dictionary {
    dictionary.variables.iter_mut().for_each(|variable| variable.short_name.clear());
    dictionary
}

#[test]
fn what_is_written_is_read() {
    for encoding in [encoding_rs::UTF_8, encoding_rs::WINDOWS_1252] {
        for compression in [Compression::None, Compression::Bytecode] {
            for is_big_endian in [false, true] {
                for case_count in [None, Some(3)] {
                    let (told, cases) = everything();
                    let told = Dictionary { encoding, compression, is_big_endian, case_count, ..told };
                    let bytes = written(&told, &cases);
                    assert_eq!(bytes, written(&told, &cases), "the same bytes each time");
                    let (dictionary, found) = read(&bytes).unwrap();
                    assert_eq!(found, cases, "{encoding:?} {compression:?} {is_big_endian} {case_count:?}");
                    assert!(matches!(found[2][0], SavValue::Number(zero) if zero.is_sign_negative()));
                    assert_eq!(without_short_names(dictionary.clone()), told);
                    // With its short names it is written to the same bytes.
                    assert_eq!(written(&dictionary, &found), bytes);
                }
            }
        }
    }
}

/// Files of before 1990s' extensions: everything between the variables and the end of the dictionary taken out.
#[test]
fn files_without_extension_records() {
    let variables = vec![Variable::number("A"), Variable::text("B", 12)];
    for is_big_endian in [false, true] {
        let dictionary =
            Dictionary { encoding: encoding_rs::WINDOWS_1252, is_big_endian, ..Dictionary::new(variables.clone()) };
        let cases = vec![vec![SavValue::Number(2.5), text("Liège €")], vec![SavValue::SystemMissing, text("")]];
        let bytes = without_extensions(&written(&dictionary, &cases), 176 + 3 * 32, is_big_endian);
        let (found, read_cases) = read(&bytes).unwrap();
        assert_eq!(read_cases, cases);
        assert_eq!(found.encoding_source, EncodingSource::Assumed);
        assert_eq!(found.variables[1].kind, Kind::Text(12));
    }
}

fn without_extensions(bytes: &[u8], from: usize, is_big: bool) -> Vec<u8> {
    let end = if is_big { [0, 0, 3, 231, 0, 0, 0, 0] } else { [231, 3, 0, 0, 0, 0, 0, 0] };
    let to = (from..bytes.len()).find(|at| bytes[*at..].starts_with(&end)).unwrap();
    [&bytes[..from], &bytes[to..]].concat()
}

#[test]
fn encodings_given_said_and_unknown() {
    let (dictionary, cases) = everything();
    let bytes = written(&Dictionary { encoding: encoding_rs::WINDOWS_1252, ..dictionary }, &cases);
    let input: &dyn Input = &bytes.as_slice();
    let given = SavFile::open_in(input, &Limits::default(), Some(encoding_rs::ISO_8859_15)).unwrap();
    assert_eq!(given.dictionary().encoding_source, EncodingSource::Given);
    assert_eq!(given.dictionary().label, "Enquête inventée");
    let wrong = SavFile::open_in(input, &Limits::default(), Some(encoding_rs::UTF_8)).unwrap();
    assert!(wrong.dictionary().damaged_texts > 0);
    let mut rows = Vec::new();
    let mut each = |row: Row<'_, '_>| {
        rows.push(row.remarks.undecodable);
        Ok::<(), ()>(())
    };
    wrong.rows(&mut each).unwrap();
    assert_eq!(rows, [false, true, true, false]);
    let mut unknown = bytes.clone();
    let at = (0..bytes.len()).find(|at| bytes[*at..].starts_with(b"windows-1252")).unwrap();
    unknown[at..at + 12].copy_from_slice(b"nonsense\x1B\n12");
    assert_eq!(read(&unknown).unwrap_err().kind, FaultKind::UnknownEncoding("nonsense\\u{1b}\\n12".to_owned()));
}

#[test]
fn the_container_is_named() {
    let kind = |bytes: &[u8]| {
        let input: &dyn Input = &bytes;
        container(input, &Limits::default()).map_err(|fault| fault.kind)
    };
    for bytes in HAVEN.iter().chain(&PYREADSTAT).map(|found| found.1) {
        assert_eq!(kind(bytes), Err(FaultKind::OtherContainer("SPSS")));
    }
    assert!(kind(b"$FL2;price;name\n1;2;3").is_ok());
    let locked = b"\x1C\0\0\0\0\0\0\0ENCRYPTEDSAV\x15\0\0\0";
    assert_eq!(kind(locked), Err(FaultKind::OtherContainer("SPSS with a password")));
    assert_eq!(read(locked).unwrap_err().kind, FaultKind::Encrypted);
    assert!(matches!(read(b"a;b").unwrap_err().kind, FaultKind::Broken(_)));
}

fn reason(found: Result<(Dictionary, Vec<Case>), Fault>) -> (String, Option<u64>) {
    let fault = found.unwrap_err();
    let FaultKind::Broken(reason) = fault.kind else { panic!("{fault:?}") };
    (reason, fault.row)
}

/// A file of two numbers and three cases, and where its data begin.
fn small(case_count: Option<u64>, compression: Compression) -> (Vec<u8>, usize) {
    let dictionary =
        Dictionary { case_count, compression, ..Dictionary::new(vec![Variable::number("A"), Variable::text("B", 3)]) };
    let case = vec![SavValue::Number(1.0), text("b")];
    let bytes = written(&dictionary, &[case.clone(), case.clone(), case]);
    let data = (0..bytes.len()).rfind(|at| bytes[*at..].starts_with(&[231, 3, 0, 0, 0, 0, 0, 0])).unwrap() + 8;
    (bytes, data)
}

#[test]
fn data_that_are_not_what_the_file_says() {
    let (plain, data) = small(Some(3), Compression::None);
    assert_eq!(plain.len(), data + 48);
    assert_eq!(
        reason(read(&plain[..data + 40])),
        (format!("at byte {}: the data end within a case", data + 40), Some(3))
    );
    assert_eq!(
        reason(read(&plain[..data + 32])),
        (format!("at byte {}: 3 cases expected, 2 found", data + 32), Some(3))
    );
    let cut = format!("at byte {}: 8 bytes expected, 3 found at the end", data + 32);
    assert_eq!(reason(read(&plain[..data + 35])), (cut, Some(3)));
    let more = [plain.as_slice(), &[0; 8]].concat();
    assert_eq!(reason(read(&more)), (format!("at byte {}: data behind the last case", data + 56), Some(4)));
    let (code, data) = small(Some(3), Compression::Bytecode);
    // Codes 101 253 (text) three times, then two of filling.
    assert_eq!(code[data..data + 8], [101, 253, 101, 253, 101, 253, 0, 0]);
    let changed = |at: usize, to: u8| {
        let mut bytes = code.clone();
        bytes[data + at] = to;
        read(&bytes)
    };
    let place = data + 8;
    assert_eq!(reason(changed(0, 254)), (format!("at byte {place}: spaces where a number is expected"), Some(1)));
    assert_eq!(reason(changed(1, 255)), (format!("at byte {place}: a number where a text is expected"), Some(1)));
    assert_eq!(reason(changed(4, 252)).1, Some(3));
    assert_eq!(reason(changed(6, 101)), (format!("at byte {}: data behind the last case", place + 24), Some(4)));
    assert_eq!(changed(6, 252).unwrap().1.len(), 3);
    let filled = [code.as_slice(), &[0; 16]].concat();
    assert_eq!(read(&filled).unwrap().1.len(), 3);
    // Without a number of cases the code of the end ends them, and nothing but zeros may follow.
    let (open, data) = small(None, Compression::Bytecode);
    assert_eq!(read(&open).unwrap().1.len(), 3);
    assert_eq!(open[data + 6..data + 8], [252, 0]);
    let mut code = open.clone();
    code[data + 7] = 101;
    assert!(reason(read(&code)).0.ends_with("codes behind the code of the end"));
    let behind = [open.as_slice(), &[0, 0, 0, 0, 0, 0, 0, 1]].concat();
    assert!(reason(read(&behind)).0.ends_with("data behind the code of the end"));
}

#[test]
fn dictionaries_that_lie() {
    let (bytes, _) = small(Some(3), Compression::Bytecode);
    let changed = |at: usize, to: i32| {
        let mut bytes = bytes.clone();
        bytes[at..at + 4].copy_from_slice(&to.to_le_bytes());
        read(&bytes)
    };
    let said = |at, to| reason(changed(at, to)).0;
    assert_eq!(said(64, 5), "at byte 64: the layout code is 5; 2 or 3 expected");
    assert_eq!(said(72, 2), "at byte 72: the compression code is 2; 0 or 1 expected");
    assert_eq!(said(76, 3), "at byte 76: the weight is unit 3, where no number begins");
    assert_eq!(said(76, 2), "at byte 76: the weight is unit 2, where no number begins");
    assert_eq!(said(88, -1 << 20), "at byte 84: the bias is no number");
    assert_eq!(said(176, 12), "at byte 176: a record of code 12; 2, 3, 6, 7 or 999 expected");
    assert_eq!(said(180, 256), "at byte 176: a variable of type 256; 0 to 255 expected");
    assert_eq!(said(180, 9), "at byte 208: type 3 within a text of 9 bytes; -1 expected");
    assert_eq!(said(184, 7), "at byte 184: the label's mark is 7; 0 or 1 expected");
    assert_eq!(said(188, 4), "at byte 188: the number of missing values is 4; 0 to 3, -2 or -3 expected");
    let length = bytes.len();
    let cut = format!("at byte 256: an extension is cut off: 2147483647 bytes expected, {} found", length - 256);
    // The first extension, after two variables: size and number of its elements.
    assert_eq!((said(248, 1), changed(240, 7).is_ok()), (reason(changed(248, 1)).0, true));
    let mut lie = bytes.clone();
    lie[248..252].copy_from_slice(&1_i32.to_le_bytes());
    lie[252..256].copy_from_slice(&i32::MAX.to_le_bytes());
    assert_eq!(reason(read(&lie)).0, cut);
    lie[248..252].copy_from_slice(&i32::MAX.to_le_bytes());
    assert!(matches!(read(&lie).unwrap_err().kind, FaultKind::Broken(_)));
}

#[test]
fn limits_of_a_system_file() {
    let (_, bytes, _) = HAVEN[2];
    let limited = |limits: Limits| read_with(bytes, &limits).map(|_| ()).map_err(|fault| fault.kind);
    let too_much = |limit, most| Err(FaultKind::TooMuch { limit, most });
    assert_eq!(limited(Limits { columns: 9, rows: 6, cells: 54, ..Limits::default() }), Ok(()));
    assert_eq!(limited(Limits { columns: 8, ..Limits::default() }), too_much("columns", 8));
    assert_eq!(limited(Limits { rows: 5, ..Limits::default() }), too_much("rows", 5));
    assert_eq!(limited(Limits { cells: 53, ..Limits::default() }), too_much("cells", 53));
    assert_eq!(limited(Limits { unstreamed_bytes: 2000, ..Limits::default() }), too_much("unstreamed_bytes", 2000));
    assert_eq!(limited(Limits { unpacked_bytes: 100, ..Limits::default() }), too_much("unpacked_bytes", 100));
    // A number of cases that the file says is refused before the first of them.
    assert_eq!(read_with(bytes, &Limits { cells: 53, ..Limits::default() }).unwrap_err().row, None);
    // Where the file does not say how many cases there are, they are counted.
    let (open, _) = small(None, Compression::Bytecode);
    assert_eq!(read_with(&open, &Limits { rows: 3, cells: 6, ..Limits::default() }).unwrap().1.len(), 3);
    let fault = read_with(&open, &Limits { rows: 2, ..Limits::default() }).unwrap_err();
    assert_eq!((fault.kind, fault.row), (FaultKind::TooMuch { limit: "rows", most: 2 }, Some(3)));
}

/// Every byte of a label counts, four times over.
#[test]
fn labels_are_within_the_memory_allowed() {
    let least = |length: usize| {
        let mut variable = Variable::number("a");
        variable.label = Some("x".repeat(length));
        let bytes = written(&Dictionary::new(vec![variable]), &[]);
        let is_enough = |most: u64| read_with(&bytes, &Limits { unstreamed_bytes: most, ..Limits::default() }).is_ok();
        (0..100_000).find(|most| is_enough(*most)).unwrap()
    };
    assert_eq!(least(204) - least(4), 800);
}

/// A file without variables, and one that announces cases without end: neither takes time or memory.
#[test]
fn cases_without_end() {
    let none = Dictionary { case_count: Some(u64::MAX >> 1), ..Dictionary::new(Vec::new()) };
    assert!(SavWriter::new(Vec::new(), &none).is_ok());
    let mut bytes = written(&Dictionary::new(Vec::new()), &[]);
    assert_eq!(read(&bytes).unwrap().1.len(), 0);
    bytes[80..84].copy_from_slice(&i32::MAX.to_le_bytes());
    let limits = Limits { rows: u64::MAX, cells: u64::MAX, ..Limits::default() };
    assert!(read_with(&bytes, &limits).is_ok_and(|found| found.1.is_empty()));
    let (mut bytes, _) = small(None, Compression::None);
    bytes[80..84].copy_from_slice(&i32::MAX.to_le_bytes());
    assert_eq!(reason(read_with(&bytes, &limits)).1, Some(4));
}

/// A file cut anywhere is refused, unless it does not say how many cases there are.
#[test]
fn cut_files_are_refused() {
    let (dictionary, cases) = everything();
    let own = written(&Dictionary { case_count: Some(3), ..dictionary }, &cases);
    let all = HAVEN.iter().chain(&PYREADSTAT).map(|found| found.1).chain([own.as_slice()]);
    for bytes in all {
        assert!(read(bytes).is_ok());
        for length in 0..bytes.len() {
            // Zeros alone fill up the last codes.
            let is_filling = bytes[length..].iter().all(|byte| *byte == 0) && (bytes.len() - length).is_multiple_of(8);
            assert!(is_filling || read(&bytes[..length]).is_err(), "cut at {length}");
        }
    }
}

/// A byte changed anywhere gives an error or other values; never a panic, never a text of the file in a message.
#[test]
fn changed_files_do_not_panic() {
    let (dictionary, cases) = everything();
    let limits = Limits { unstreamed_bytes: 4 << 20, ..Limits::default() };
    let own = [(false, 3), (true, 3)].map(|(is_big_endian, count)| {
        written(&Dictionary { is_big_endian, case_count: Some(count), ..dictionary.clone() }, &cases)
    });
    for bytes in HAVEN.iter().chain(&PYREADSTAT).map(|found| found.1).chain(own.iter().map(Vec::as_slice)) {
        let mut changed = bytes.to_vec();
        for at in 0..changed.len() {
            let before = changed[at];
            for to in [before ^ 0xFF, before ^ 1, 0, 0x7F] {
                changed[at] = to;
                if let Err(fault) = read_with(&changed, &limits) {
                    let said = format!("{fault:?}");
                    assert!(!said.contains("Saint-Josse") && !said.contains("abcdefg"), "{said}");
                }
            }
            changed[at] = before;
        }
    }
}

/// Old PSPP writes the length before every missing value, instead of once.
#[test]
fn missing_texts_with_a_length_each() {
    let mut town = Variable::text("town", 9);
    town.missing.values = vec![text("x"), text("yy")];
    let bytes = written(&Dictionary::new(vec![town.clone()]), &[vec![text("yy")]]);
    let number = |number: i32| number.to_le_bytes();
    let head = [number(7), number(22), number(1)].concat();
    let at = (0..bytes.len()).find(|at| bytes[*at..].starts_with(&head)).unwrap() + head.len();
    // Number of bytes; name, number of values, length, two values.
    let second = at + 4 + 4 + 4 + 1 + 4 + 8;
    assert_eq!(bytes[second..second + 8], *b"yy      ");
    let longer = number(i32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) + 4);
    let old = [&bytes[..at], &longer, &bytes[at + 4..second], &number(8), &bytes[second..]].concat();
    for bytes in [bytes, old] {
        let (found, cases) = read(&bytes).unwrap();
        assert_eq!(found.variables[0].missing, town.missing);
        assert!(found.variables[0].is_user_missing(&cases[0][0]));
    }
}

/// Texts that are cut within a character at their width, and records that make no sense but do no harm.
#[test]
fn what_does_no_harm_is_left_out_and_told() {
    let (bytes, data) = small(Some(3), Compression::None);
    let mut cut = bytes.clone();
    cut[data + 8..data + 16].copy_from_slice("aé ".as_bytes().first_chunk::<4>().unwrap().repeat(2).as_slice());
    assert_eq!(read(&cut).unwrap().1[0][1], text("aé"));
    cut[data + 9] = 0xC3;
    cut[data + 10] = b' ';
    // Half a character followed by nothing is cut; followed by a space, it is cut too, for the space fills up.
    assert_eq!(read(&cut).unwrap().1[0][1], text("a"));
    // Labels for a unit where no variable begins, put before the first extension.
    let number = |number: i32| number.to_le_bytes();
    let stray = [
        number(3).as_slice(),
        &number(1),
        &1_f64.to_le_bytes(),
        b"\x03one    ",
        &number(4),
        &number(2),
        &number(9),
        &number(1),
    ]
    .concat();
    let with = [&bytes[..240], &stray, &bytes[240..]].concat();
    let (found, cases) = read(&with).unwrap();
    assert_eq!((cases.len(), found.left_out.len()), (3, 1));
    assert_eq!(found.left_out, ["at byte 240: labels for the unit 9, where no variable begins"]);
    assert_eq!(found.variables[0].label_of(&SavValue::Number(1.0)), Some("one"));
}

/// The width of a very long text against the segments that follow.
#[test]
fn widths_that_lie() {
    let variables = vec![Variable::text("story", 600), Variable::number("after")];
    let bytes = written(&Dictionary::new(variables), &[]);
    let at = (0..bytes.len()).find(|at| bytes[*at..].starts_with(b"STORY=00600")).unwrap() + 6;
    let said = |width: &[u8; 5]| {
        let mut lie = bytes.clone();
        lie[at..at + 5].copy_from_slice(width);
        read(&lie).map(|found| found.0.variables[0].kind)
    };
    assert_eq!(said(b"00600"), Ok(Kind::Text(600)));
    let refused = |width, reason: &str| {
        let FaultKind::Broken(found) = said(width).unwrap_err().kind else { panic!("{reason}") };
        assert!(found.contains(reason), "{found}");
    };
    refused(b"00500", "a text of 500 bytes in 2 segments expected, but one of another width found");
    refused(b"00900", "a text of 900 bytes in 4 segments expected, but another found");
    refused(b"01500", "a text of 1500 bytes in 6 segments expected, but another found");
    refused(b"32768", "the width of a very long text is no number from 1 to 32767");
    refused(b"sixty", "the width of a very long text is no number from 1 to 32767");
}

/// The table of blocks against the blocks, and both against the file.
#[test]
fn blocks_that_lie() {
    let (_, bytes, _) = HAVEN[2];
    let long = |at: usize| i64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    let table = (0..=bytes.len() - 48).rfind(|at| long(*at) == -100 && long(*at + 8) == 0).unwrap();
    let head = usize::try_from(long(table + 24)).unwrap();
    assert_eq!((long(head), long(head + 8), long(head + 16)), (head as i64, table as i64, 48));
    let said = |at: usize, change: i32| {
        let mut lie = bytes.to_vec();
        let before = i32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        lie[at..at + 4].copy_from_slice(&before.wrapping_add(change).to_le_bytes());
        format!("{:?}", read(&lie).unwrap_err().kind)
    };
    assert!(said(head, 1).contains(&format!("at byte {head}: the head of the blocks says it is at {}", head + 1)));
    assert!(said(head + 8, 1).contains("the table of blocks is 48 bytes at"));
    assert!(said(head + 16, 24).contains("the table of blocks is 72 bytes at"));
    assert!(said(head + 20, -1).contains("negative"));
    assert!(said(table, 1).contains("the bias of the blocks is -99; -100 expected"));
    assert!(said(table + 20, 1).contains("the table of 2 blocks has 48 bytes"));
    assert!(said(table + 24, 1).contains("a block at"));
    assert!(said(table + 32, 1).contains("a block at"));
    assert!(said(table + 40, 1).contains("a block unpacks to less"));
    assert!(said(table + 40, -1).contains("a block unpacks to more"));
    assert!(said(table + 44, 1).contains("the blocks end at"));
    assert!(said(table + 40, i32::MIN).contains("negative"));
    assert!(said(head + 24, 1).contains("a block cannot be unpacked"));
    // Four bytes between the block and the table, which both know of.
    let mut behind = [&bytes[..table], &[0; 4], &bytes[table..]].concat();
    for at in [head + 8, table + 4 + 44] {
        let longer = i32::from_le_bytes(behind[at..at + 4].try_into().unwrap()) + 4;
        behind[at..at + 4].copy_from_slice(&longer.to_le_bytes());
    }
    let found = reason(read(&behind)).0;
    assert!(found.contains("data behind the") && found.contains("bytes of a block"), "{found}");
}

#[test]
fn what_cannot_be_written_is_refused() {
    let refused = |variables: Vec<Variable>| SavWriter::new(Vec::new(), &Dictionary::new(variables)).is_err();
    let one = |change: fn(&mut Variable)| {
        let mut variable = Variable::text("a", 9);
        change(&mut variable);
        refused(vec![variable])
    };
    assert!(!one(|_| ()));
    assert!(refused(vec![Variable::number("a"), Variable::number("a")]));
    assert!(one(|variable| variable.name = "a=b".to_owned()));
    assert!(one(|variable| variable.name = String::new()));
    assert!(one(|variable| variable.kind = Kind::Text(0)));
    assert!(one(|variable| variable.kind = Kind::Text(32_768)));
    assert!(one(|variable| variable.label = Some("x".repeat(256))));
    assert!(one(|variable| variable.missing.values = vec![text("123456789")]));
    assert!(one(|variable| variable.missing.values = vec![text("a"); 4]));
    assert!(one(|variable| variable.value_labels = labels(&[(SavValue::Number(1.0), "x")])));
    let mut writer = SavWriter::new(Vec::new(), &Dictionary::new(vec![Variable::text("a", 3)])).unwrap();
    assert!(writer.write_case(&[text("éé")]).is_err());
    assert!(writer.write_case(&[SavValue::Number(1.0)]).is_err());
    assert!(writer.write_case(&[]).is_err());
    let announced = Dictionary { case_count: Some(1), ..Dictionary::new(vec![Variable::number("a")]) };
    assert!(SavWriter::new(Vec::new(), &announced).unwrap().finish().is_err());
}

/// Short names of many variables, some of them taken by the segments of wide texts.
#[test]
fn short_names_are_made_without_clashes() {
    let mut variables: Vec<Variable> = (0..40).map(|number| Variable::number(&format!("V{number}_"))).collect();
    variables.push(Variable::text("wide", 2000));
    variables.extend((0..40).map(|number| Variable::number(&format!("the_same_beginning_{number}"))));
    let told = Dictionary::new(variables);
    let (found, _) = read(&written(&told, &[])).unwrap();
    let mut short: Vec<&str> = found.variables.iter().map(|variable| variable.short_name.as_str()).collect();
    short.sort_unstable();
    short.dedup();
    assert_eq!(short.len(), 81);
    let names = |of: &Dictionary| of.variables.iter().map(|variable| variable.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&found), names(&told));
}

/// The days of the files, by the calendar of R.
#[test]
fn days_of_haven() {
    let (_, cases) = read(HAVEN[0].1).unwrap();
    let days: Vec<Option<String>> = cases
        .iter()
        .map(|case| {
            if let SavValue::Number(seconds) = case[3] {
                moment(seconds).map(|day| day.date().to_string())
            } else {
                None
            }
        })
        .collect();
    let expected = ["1980-02-29", "1955-12-31", "", "1899-01-01", "2001-09-09", "1970-01-01"];
    assert_eq!(days, expected.map(|day| (!day.is_empty()).then(|| day.to_owned())));
    assert!(Cell::Empty.is_blank());
}

fn values(kinds: Vec<Kind>) -> impl Strategy<Value = (Vec<Kind>, Vec<Case>)> {
    let value = |kind: &Kind| match kind {
        Kind::Number => prop_oneof![
            (-120_i16..170).prop_map(|number| SavValue::Number(f64::from(number))),
            any::<f64>()
                .prop_filter("a number that is one", |number| !number.is_nan() && *number != -f64::MAX)
                .prop_map(SavValue::Number),
            Just(SavValue::SystemMissing),
        ]
        .boxed(),
        Kind::Text(width) => {
            let width = *width as usize;
            ("[ -~éßあ]{0,8}", 0..=width)
                .prop_map(move |(piece, length)| {
                    let mut words = String::new();
                    for letter in piece.chars().cycle().take(length) {
                        if words.len() + letter.len_utf8() <= width {
                            words.push(letter);
                        }
                    }
                    SavValue::Text(words.trim_end().to_owned())
                })
                .boxed()
        }
    };
    let case: Vec<_> = kinds.iter().map(value).collect();
    (Just(kinds), prop::collection::vec(case, 0..12))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_is_read(
        (kinds, cases) in prop::collection::vec(
            prop_oneof![Just(Kind::Number), (1_u32..30).prop_map(Kind::Text), (240_u32..1100).prop_map(Kind::Text), Just(Kind::Text(32_767))],
            1..6,
        ).prop_flat_map(values),
        is_packed in any::<bool>(),
        is_big_endian in any::<bool>(),
        is_counted in any::<bool>(),
    ) {
        let variable = |(place, kind): (usize, &Kind)| match kind {
            Kind::Number => Variable::number(&format!("number {place}")),
            Kind::Text(width) => Variable::text(&format!("é{place}"), *width),
        };
        let told = Dictionary {
            compression: if is_packed { Compression::Bytecode } else { Compression::None },
            is_big_endian,
            case_count: is_counted.then_some(cases.len() as u64),
            ..Dictionary::new(kinds.iter().enumerate().map(variable).collect())
        };
        let (found, read_cases) = read(&written(&told, &cases)).unwrap();
        prop_assert_eq!(read_cases, cases);
        let found = Dictionary { product: String::new(), created_on: String::new(), created_at: String::new(), ..without_short_names(found) };
        prop_assert_eq!(found, told);
    }
}

/// Writes what [`everything`] holds to files, for others to read (`tests/sav/README.md`).
#[test]
#[ignore = "writes files for other programs"]
fn write_for_others() {
    let Some(folder) = std::env::var_os("TABULAR_SAV").map(std::path::PathBuf::from) else { return };
    for encoding in [encoding_rs::UTF_8, encoding_rs::WINDOWS_1252] {
        for compression in [Compression::None, Compression::Bytecode] {
            for is_big_endian in [false, true] {
                for case_count in [None, Some(3)] {
                    let (told, cases) = everything();
                    let told = Dictionary { encoding, compression, is_big_endian, case_count, ..told };
                    let name = format!("{}-{compression:?}-{is_big_endian}-{case_count:?}.sav", encoding.name());
                    std::fs::write(folder.join(name), written(&told, &cases)).unwrap();
                }
            }
        }
    }
}
