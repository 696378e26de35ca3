use super::*;

fn document(template: &str) -> Document {
    Document { template: template.to_owned(), files: Vec::new(), identity: "test".to_owned() }
}

const HEAD: &str =
    "#set document(title: \"T\", date: datetime(year: 2017, month: 12, day: 31))\n#set text(lang: \"fr\")\n";

#[test]
fn the_same_document_gives_the_same_bytes() {
    let one = document(&format!("{HEAD}= Heading\nSome words.\n"));
    let bytes = pdf(&one).unwrap();
    assert!(bytes.starts_with(b"%PDF"));
    assert_eq!(bytes, pdf(&one).unwrap());
}

#[test]
fn a_fault_of_the_template_names_its_line() {
    let fault = pdf(&document(&format!("{HEAD}\n#let x = nothing_of_that_name\n"))).unwrap_err();
    assert_eq!(fault.line, Some(4), "{fault:?}");
    assert!(fault.message.contains("nothing_of_that_name"), "{fault:?}");
}

#[test]
fn a_picture_that_is_none_is_named() {
    let mut one = document(&format!("{HEAD}#image(\"logo.png\", alt: \"Logo\")\n"));
    one.files = vec![("logo.png".to_owned(), b"no picture".to_vec())];
    let fault = pdf(&one).unwrap_err();
    assert!(fault.file.as_deref() == Some("logo.png") || fault.line == Some(3), "{fault:?}");
}

#[test]
fn a_picture_without_words_is_refused() {
    let mut one = document(&format!("{HEAD}#image(\"a.svg\")\n"));
    let svg =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><rect width=\"5\" height=\"5\"/></svg>";
    one.files = vec![("a.svg".to_owned(), svg.as_bytes().to_vec())];
    assert!(pdf(&one).is_err());
    one.template = format!("{HEAD}#image(\"a.svg\", alt: \"A square\")\n");
    assert!(pdf(&one).is_ok());
}

#[test]
fn nothing_of_the_disk_can_be_read() {
    let fault = pdf(&document(&format!("{HEAD}#read(\"/etc/hostname\")\n"))).unwrap_err();
    assert!(fault.message.contains("not found"), "{fault:?}");
}

#[test]
fn tables_are_read_again_cell_by_cell() {
    let rows: String = (1..=120).map(|row| format!("[row {row}], [{row},5 %],")).collect();
    let template = format!(
        "{HEAD}#set page(height: 12cm, footer: [footer])\n= Heading\n#table(columns: 2, table.header([Name], [Share]), {rows})\nBehind."
    );
    let read = read::tagged(&pdf(&document(&template)).unwrap()).unwrap();
    assert_eq!(read.tables.len(), 1, "the header is repeated on every page and told once");
    assert_eq!(read.tables[0].len(), 121);
    assert_eq!(read.tables[0][0], ["Name", "Share"]);
    assert_eq!(read.tables[0][120], ["row 120", "120,5 %"]);
    assert!(read.text.contains("Heading") && read.text.contains("Behind.") && !read.text.contains("footer"));
}

#[test]
fn words_that_were_cut_into_lines_are_whole_again() {
    let template = format!("{HEAD}#table(columns: (2cm,), [Aufnahmegesellschaft und Zusammenarbeit], [2 345,60 EUR])");
    let read = read::tagged(&pdf(&document(&template)).unwrap()).unwrap();
    let cells: Vec<String> = read.tables[0].iter().map(|row| row[0].split_whitespace().collect()).collect();
    assert_eq!(cells, ["AufnahmegesellschaftundZusammenarbeit", "2345,60EUR"]);
}

#[test]
fn what_is_no_pdf_is_refused() {
    assert!(read::tagged(b"no pdf").is_err());
}
