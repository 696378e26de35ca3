//! Ways in which a file is polluted, each with what a clean reading of it gives.

use super::clean::{Clean, Content};
use encoding_rs::Encoding;

/// A polluted file.
pub struct File {
    pub kind: &'static str,
    pub what: String,
    pub bytes: Vec<u8>,
    pub lines: u64,
    pub wanted: Content,
}

/// How cells are written.
#[derive(Clone, Copy)]
pub struct Dialect {
    pub delimiter: &'static str,
    pub quote: char,
    pub escape: Option<char>,
    pub all: bool,
}

const PLAIN: Dialect = Dialect { delimiter: ";", quote: '"', escape: None, all: false };

impl Dialect {
    fn inner(&self, text: &str) -> String {
        let (quote, sign) = (self.quote, self.escape.unwrap_or(self.quote));
        let text = self.escape.map_or_else(|| text.to_owned(), |sign| text.replace(sign, &format!("{sign}{sign}")));
        text.replace(quote, &format!("{sign}{quote}"))
    }

    fn quotes(&self, text: &str) -> bool {
        self.all
            || text.contains(['\n', '\r', self.quote])
            || text.contains(self.delimiter.trim_end_matches(' '))
            || (self.delimiter == " " && text.contains(' '))
    }

    fn cell(&self, text: &str) -> String {
        if self.quotes(text) { format!("{q}{}{q}", self.inner(text), q = self.quote) } else { text.to_owned() }
    }

    fn row(&self, cells: &[String]) -> String {
        cells.iter().map(|cell| self.cell(cell)).collect::<Vec<_>>().join(self.delimiter)
    }
}

fn trimmed(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// Makes files of one clean table.
pub struct Polluter<'c> {
    clean: &'c Clean,
    other: &'c Clean,
    files: Vec<File>,
}

impl<'c> Polluter<'c> {
    pub fn files(clean: &'c Clean, other: &'c Clean) -> Vec<File> {
        let mut polluter = Polluter { clean, other, files: Vec::new() };
        polluter.headers();
        polluter.frames();
        polluter.tables();
        polluter.delimiters_of_rows();
        polluter.quotes_of_rows();
        polluter.dialects();
        polluter.line_ends();
        polluter.small();
        polluter.encodings();
        polluter.combined();
        polluter.files
    }

    fn add(&mut self, kind: &'static str, what: String, text: &str, wanted: Content) {
        self.add_bytes(kind, what, text.as_bytes().to_vec(), text, wanted);
    }

    fn add_bytes(&mut self, kind: &'static str, what: String, bytes: Vec<u8>, text: &str, wanted: Content) {
        let lines = text.replace("\r\n", "\n").replace('\r', "\n").lines().count() as u64;
        let wanted = Content { header: wanted.header, records: trimmed(&wanted.records) };
        self.files.push(File { kind, what: format!("{}: {what}", self.clean.name), bytes, lines, wanted });
    }

    fn content(&self) -> Content {
        Content { header: self.clean.header.clone(), records: self.clean.rows.clone() }
    }

    /// The rows as they are written, header first.
    fn rows(&self, dialect: Dialect) -> Vec<String> {
        std::iter::once(&self.clean.header).chain(&self.clean.rows).map(|row| dialect.row(row)).collect()
    }

    fn text(&self, dialect: Dialect) -> String {
        self.rows(dialect).join("\n") + "\n"
    }

    fn headers(&mut self) {
        let text = self.text(PLAIN);
        self.add("clean", "as it is".to_owned(), &text, self.content());
        let body = self.rows(PLAIN)[1..].join("\n") + "\n";
        self.add("no header", "none".to_owned(), &body, Content { header: Vec::new(), ..self.content() });
        for levels in 1..=2 {
            for is_repeated in [true, false] {
                let mut lines = Vec::new();
                for group in self.clean.groups[..levels].iter().rev() {
                    let cell = |(at, title): (usize, &&str)| {
                        let is_same = at > 0 && group[at - 1] == *title;
                        if is_same && !is_repeated { String::new() } else { (*title).to_owned() }
                    };
                    lines.push(PLAIN.row(&group.iter().enumerate().map(cell).collect::<Vec<_>>()));
                }
                let name = |(at, name): (usize, &String)| {
                    let groups = self.clean.groups[..levels].iter().rev().map(|group| group[at].to_owned());
                    groups.chain([name.clone()]).collect::<Vec<_>>().join(" / ")
                };
                let header = self.clean.header.iter().enumerate().map(name).collect();
                let text = format!("{}\n{text}", lines.join("\n"));
                let what = format!("{} lines, repeated {is_repeated}", levels + 1);
                self.add("header lines", what, &text, Content { header, ..self.content() });
            }
        }
    }

    fn frames(&mut self) {
        let text = self.text(PLAIN);
        let padding = ";".repeat(self.clean.header.len() - 1);
        for preamble in [
            "Liste des exemples inventés\n".to_owned(),
            "Overzicht van het voorbeeld\nGeëxporteerd op 3 maart 2024 om 10:15\n\n".to_owned(),
            format!("Overzicht{padding}\nGeëxporteerd op 03/03/2024{padding}\n{padding}\n"),
            "Zentrum: Musterstadt\nZeitraum: 01.01.2024 - 31.12.2024\n\n\n".to_owned(),
            "Centrum;Voorbeeldstad\nPeriode;2024\nDoor;niemand\n\n".to_owned(),
            "sep=;\n".to_owned(),
        ] {
            self.add("preamble", preamble.trim().to_owned(), &format!("{preamble}{text}"), self.content());
        }
        for footer in [
            "Bron: voorbeeld, verzonnen\n".to_owned(),
            "\nSource : exemple; inventé\n".to_owned(),
            "\nDeze lijst werd verzonnen voor een proef.\nPagina 1/1\n".to_owned(),
            format!("\nQuelle: erfunden{padding}\n"),
            "* voorlopige gegevens\n".to_owned(),
        ] {
            self.add("footer", footer.trim().to_owned(), &format!("{text}{footer}"), self.content());
        }
        for total in ["Totaal", "Total général", "Gesamt", "TOTAL :", "Algemeen totaal"] {
            let row = format!("{total}{padding}123,45\n");
            self.add("totals", total.to_owned(), &format!("{text}{row}"), self.content());
            let with_note = format!("{text}\n{row}\nBron: voorbeeld\n");
            self.add("totals", format!("{total}, note"), &with_note, self.content());
        }
    }

    fn tables(&mut self) {
        let (text, other) = (self.text(PLAIN), Polluter { clean: self.other, other: self.clean, files: Vec::new() });
        for (width, kind) in [(3, "fewer"), (self.clean.header.len(), "same"), (self.clean.header.len() + 2, "more")] {
            let mut rows = vec![Vec::new(); other.clean.rows.len() + 1];
            for (at, row) in std::iter::once(&other.clean.header).chain(&other.clean.rows).enumerate() {
                for column in 0..width {
                    let cell = row.get(column).cloned();
                    let more = if at == 0 { format!("extra {column}") } else { (at * column).to_string() };
                    rows[at].push(cell.unwrap_or(more));
                }
            }
            let below: String = rows.iter().map(|row| PLAIN.row(row) + "\n").collect();
            let mut wanted = self.content();
            wanted.records.extend(rows);
            for gap in ["", "\n", "\n\n"] {
                let what = format!("{kind} columns, gap {}", gap.len());
                self.add("several tables", what, &format!("{text}{gap}{below}"), wanted.clone());
            }
            let what = format!("{kind} columns, title");
            self.add("several tables", what, &format!("{text}\nTweede lijst van het voorbeeld\n{below}"), wanted);
        }
    }

    /// Rows that are polluted one by one: 0 is the header.
    fn victims(&self) -> [usize; 5] {
        [0, 1, 5, self.clean.rows.len() / 2, self.clean.rows.len()]
    }

    fn cells(&self, row: usize) -> &[String] {
        row.checked_sub(1).map_or(&self.clean.header, |row| &self.clean.rows[row])
    }

    /// Adds a file in which one row is written so, and should be read as these rows.
    fn add_row(&mut self, kind: &'static str, dialect: Dialect, row: usize, (line, read): (String, Vec<Vec<String>>)) {
        let mut rows = self.rows(dialect);
        rows[row].clone_from(&line);
        let mut wanted = self.content();
        if row == 0 {
            wanted.header = read.concat();
        } else {
            wanted.records.splice(row - 1..row, read);
        }
        self.add(kind, format!("row {row}: {line}"), &(rows.join("\n") + "\n"), wanted);
    }

    fn delimiters_of_rows(&mut self) {
        for row in self.victims() {
            let cells = self.cells(row).to_vec();
            for column in 0..cells.len() {
                let mut more = cells.clone();
                more.insert(column, String::new());
                self.add_row("extra delimiter", PLAIN, row, (PLAIN.row(&more), vec![more]));
                let is_bare = |at: usize| cells.get(at).is_some_and(|cell| !PLAIN.quotes(cell));
                if is_bare(column) && is_bare(column + 1) {
                    let mut fewer = cells.clone();
                    let right = fewer.remove(column + 1);
                    fewer[column].push_str(&right);
                    self.add_row("missing delimiter", PLAIN, row, (PLAIN.row(&fewer), vec![fewer]));
                }
            }
            for delimiter in [",", "\t", "|"] {
                let line = Dialect { delimiter, ..PLAIN }.row(&cells);
                self.add_row("delimiter of a row", PLAIN, row, (line, vec![cells.clone()]));
            }
        }
    }

    fn quotes_of_rows(&mut self) {
        for all in [false, true] {
            let dialect = Dialect { all, ..PLAIN };
            for row in self.victims() {
                let cells = self.cells(row).to_vec();
                for column in 0..cells.len() {
                    let text = &cells[column];
                    let places = [0, text.len() / 2, text.len()];
                    for place in places.into_iter().filter(|place| text.is_char_boundary(*place) && !text.is_empty()) {
                        let mut stray = text.clone();
                        stray.insert(place, '"');
                        let mut written: Vec<String> = cells.iter().map(|cell| dialect.cell(cell)).collect();
                        let is_quoted = dialect.quotes(text);
                        let inner = dialect.inner(text);
                        // The place within what is written: doubled quotes before it shift it.
                        let at = dialect.inner(&text[..place]).len();
                        let (left, right) = inner.split_at(at);
                        written[column] =
                            if is_quoted { format!("\"{left}\"{right}\"") } else { format!("{left}\"{right}") };
                        let mut wanted = cells.clone();
                        wanted[column] = stray;
                        self.add_row("stray quote", dialect, row, (written.join(";"), vec![wanted]));
                    }
                }
            }
        }
        let dialect = Dialect { all: true, ..PLAIN };
        for row in self.victims() {
            let cells = self.cells(row).to_vec();
            for column in 0..cells.len() {
                for opens in [false, true] {
                    let mut written: Vec<String> = cells.iter().map(|cell| dialect.cell(cell)).collect();
                    let bare = &written[column];
                    let bare = if opens { &bare[1..] } else { &bare[..bare.len() - 1] }.to_owned();
                    // As it stands: every delimiter and line end in it counts.
                    let mut wanted: Vec<Vec<String>> = vec![cells[..column].to_vec()];
                    for (at, line) in bare.split('\n').enumerate() {
                        if at > 0 {
                            wanted.push(Vec::new());
                        }
                        wanted[at].extend(line.split(';').map(str::to_owned));
                    }
                    if let Some(last) = wanted.last_mut() {
                        last.extend_from_slice(&cells[column + 1..]);
                    }
                    written[column] = bare;
                    self.add_row("missing quote", dialect, row, (written.join(";"), wanted));
                }
            }
        }
    }

    fn dialects(&mut self) {
        for delimiter in [",", "\t", "|", ":", "~", "^", ", ", "; "] {
            for all in [false, true] {
                let dialect = Dialect { delimiter, all, ..PLAIN };
                self.add("delimiter", format!("{delimiter:?}, all {all}"), &self.text(dialect), self.content());
            }
        }
        let spaces = Dialect { delimiter: " ", all: true, ..PLAIN };
        self.add("delimiter", "blank".to_owned(), &self.text(spaces), self.content());
        for all in [false, true] {
            let single = Dialect { quote: '\'', all, ..PLAIN };
            self.add("quote", format!("apostrophe, all {all}"), &self.text(single), self.content());
            let escape = Dialect { escape: Some('\\'), all, ..PLAIN };
            self.add("escape", format!("backslash, all {all}"), &self.text(escape), self.content());
        }
    }

    fn line_ends(&mut self) {
        let rows = self.rows(PLAIN);
        for (what, ends) in [
            ("CR", vec!["\r"]),
            ("CR LF", vec!["\r\n"]),
            ("mixed", vec!["\n", "\r\n"]),
            ("all", vec!["\n", "\r\n", "\r"]),
        ] {
            let text: String =
                rows.iter().enumerate().map(|(at, row)| format!("{row}{}", ends[at % ends.len()])).collect();
            self.add("line ends", what.to_owned(), &text, self.content());
        }
        let text = rows.join("\n");
        self.add("line ends", "none at the end".to_owned(), &text, self.content());
        self.add("line ends", "two at the end".to_owned(), &format!("{text}\n\n"), self.content());
    }

    fn small(&mut self) {
        let rows = self.rows(PLAIN);
        let (header, first) = (self.clean.header.clone(), vec![self.clean.rows[0].clone()]);
        let none = Vec::new();
        for end in ["", "\n"] {
            let wanted = Content { header: header.clone(), records: none.clone() };
            self.add("small", "header only".to_owned(), &format!("{}{end}", rows[0]), wanted);
            let wanted = Content { header: header.clone(), records: first.clone() };
            self.add("small", "one row".to_owned(), &format!("{}\n{}{end}", rows[0], rows[1]), wanted);
            let wanted = Content { header: Vec::new(), records: first.clone() };
            self.add("small", "one row, no header".to_owned(), &format!("{}{end}", rows[1]), wanted);
        }
        self.add("small", "nothing".to_owned(), "", Content::default());
    }

    /// Several pollutions at once, as exports have them, down to few rows and columns.
    fn combined(&mut self) {
        let titles = ["", "Overzicht van het voorbeeld\n\n", "Liste\nExportée le 3 mars 2024\n"];
        let notes = ["", "\nBron: voorbeeld\n", "\nSource : exemple inventé pour l'essai\n"];
        let mut turn = 0;
        for columns in [2, 3, self.clean.header.len()] {
            for count in [2, 3, 6, 25, self.clean.rows.len()] {
                for delimiter in [";", ",", "\t", "|"] {
                    for all in [false, true] {
                        turn += 1;
                        let (title, note) = (titles[turn % 3], if columns > 2 { notes[turn / 3 % 3] } else { "" });
                        let (end, label) = (
                            ["\n", "\r\n", "\r"][turn / 2 % 3],
                            ["utf-8", "windows-1252", "iso-8859-15", "macintosh"][turn / 5 % 4],
                        );
                        let dialect = Dialect { delimiter, all, ..PLAIN };
                        let part = |row: &Vec<String>| row[..columns].to_vec();
                        let mut wanted = Content {
                            header: part(&self.clean.header),
                            records: self.clean.rows.iter().skip(turn % 5).take(count).map(part).collect(),
                        };
                        let rows = std::iter::once(&wanted.header).chain(&wanted.records);
                        let body: String = rows.map(|row| dialect.row(row) + "\n").collect();
                        let mut lines = format!("{title}{body}");
                        if turn.is_multiple_of(4) && columns > 3 {
                            lines.push_str(&format!("Totaal{}{turn}\n", delimiter.repeat(columns - 1)));
                        }
                        lines.push_str(note);
                        // Line ends inside quotes stay as they are.
                        let text = if lines.contains("première") { lines } else { lines.replace('\n', end) };
                        wanted.records = trimmed(&wanted.records);
                        let what = format!(
                            "{columns} columns, {count} rows, {delimiter:?} {all} {title:?} {note:?} {end:?} {label}"
                        );
                        self.add_bytes("combined", what, encoded(&text, label), &text, wanted);
                    }
                }
            }
        }
    }

    fn encodings(&mut self) {
        let text = self.text(PLAIN);
        for label in ["windows-1252", "iso-8859-15", "macintosh"] {
            let bytes = encoded(&text, label);
            self.add_bytes("encoding", label.to_owned(), bytes, &text, self.content());
        }
        for mark in ["", "\u{FEFF}"] {
            let marked = format!("{mark}{text}");
            let little = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
            self.add_bytes("encoding", format!("UTF-16LE{mark}"), little, &text, self.content());
            self.add_bytes("encoding", format!("UTF-16BE{mark}"), big, &text, self.content());
            self.add_bytes("encoding", format!("UTF-8{mark}"), marked.into_bytes(), &text, self.content());
        }
        let rows = self.rows(PLAIN);
        for (of_file, of_row) in [("utf-8", "windows-1252"), ("windows-1252", "utf-8")] {
            for row in self.victims() {
                let line = |(at, line): (usize, &String)| {
                    let label = if at == row { of_row } else { of_file };
                    [encoded(line, label), b"\n".to_vec()].concat()
                };
                let bytes: Vec<u8> = rows.iter().enumerate().flat_map(line).collect();
                self.add_bytes("encoding of a row", format!("{of_row} in {of_file}"), bytes, &text, self.content());
            }
        }
    }
}

fn encoded(text: &str, label: &str) -> Vec<u8> {
    let (bytes, _, failed) = Encoding::for_label(label.as_bytes()).unwrap().encode(text);
    assert!(!failed);
    bytes.into_owned()
}
