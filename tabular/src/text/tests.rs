#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use super::*;

fn found(text: &[u8]) -> Dialect {
    detect(&text, &Known::default(), &Limits::default()).unwrap()
}

fn delimiter(text: &str) -> Option<char> {
    found(text.as_bytes()).delimiter
}

#[test]
fn delimiters_of_traps() {
    for (text, wanted) in [
        // Decimal commas.
        ("1,5;2,5\n", Some(';')),
        ("a;b\n1,5;2,5\n3,5;4,5\n", Some(';')),
        ("1,5;2,5;3,5\n1,5;2,5;3,5\n", Some(';')),
        ("1,5\t2,5\n3,0\t4,5\n", Some('\t')),
        ("Jan 1,5|Gent 2,5\nPiet 2,5|Brugge 3,5\n", Some('|')),
        ("1,5:2,5:a\n1,5:2,5:b\n", Some(':')),
        // A semicolon hardly stands in a cell, a comma does.
        ("Smet, Jan;Gent, centrum\nVoorbeeld, An;Luik, noord\n", Some(';')),
        // A preamble does not decide.
        ("Lijst;;van\n\nnaam,bedrag,plaats\nA,1,Gent\nB,2,Gent\nC,3,Gent\nD,4,Gent\n", Some(',')),
        ("Overzicht, verzonnen, voorlopig\n\nnaam;bedrag\nA;1\nB;2\nC;3\n", Some(';')),
        ("Periode: 2024\nCentrum: Gent\nnaam\tbedrag\nA\t1\nB\t2\n", Some('\t')),
        // One column.
        ("naam\nJan\nPiet\n", None),
        ("bedrag\n1,5\n2,5\n12,25\n", None),
        ("naam\nPeeters, Jan\nJanssens, Piet\nVoorbeeld, An\n", None),
        ("naam\nJan Peeters\nPiet Janssens\nAn Voorbeeld\n", None),
        ("uur\n08:30\n09:15\n", None),
        ("1,5\n2,5\n3,5\n", None),
        ("moment\n2024-01-01 08:30\n2024-01-02 09:15\n", None),
        ("Dit is een tekst, geen tabel.\nEr staat, hier en daar, een komma in.\nMeer is er niet.\n", None),
        ("Jan", None),
        // What follows a time is no fraction of its seconds.
        ("uur,naam\n08:30,Jan\n09:15,Piet\n10:00,An\n10:30,Jan\n11:15,Piet\n", Some(',')),
        ("08:30,Jan\n09:15,Piet\n", Some(',')),
        // Few rows.
        ("naam;bedrag", Some(';')),
        ("naam,bedrag", Some(',')),
        ("a,b\n1,5\n2,5\n", Some(',')),
        ("1;2;3\n", Some(';')),
        ("sep=|\na|b;c|d;e\n", Some('|')),
        // Texts with everything, in quotes.
        ("\"a;b\",\"c;d\"\n\"e;f\",\"g;h\"\n", Some(',')),
        ("id,tekst\n1,\"a;b;c\"\n2,\"d;e;f\"\n", Some(',')),
        // Empty cells.
        ("a;b;c\n;;\n1;;\n;2;\n", Some(';')),
        ("1 2 3\n4 5 6\n7 8 9\n", Some(' ')),
    ] {
        assert_eq!(delimiter(text), wanted, "{text:?}");
    }
}

#[test]
fn quotes_escapes_and_line_ends() {
    let of = |text: &str| {
        let dialect = found(text.as_bytes());
        (dialect.quote, dialect.escape, dialect.line_end)
    };
    assert_eq!(of("a;b\n"), (Some('"'), None, LineEnd::Lf));
    assert_eq!(of("'a;b';'c'\r\n'd';'e;f'\r\n"), (Some('\''), None, LineEnd::CrLf));
    assert_eq!(of("l'a;'t b\nd'e;'s c\n"), (Some('"'), None, LineEnd::Lf));
    assert_eq!(of("\"a \\\"b\\\" c\";1\n\"d\";2\n"), (Some('"'), Some('\\'), LineEnd::Lf));
    assert_eq!(of("\"C:\\\";1\n\"D:\\\";2\n"), (Some('"'), None, LineEnd::Lf));
    assert_eq!(of("a;b\r1;2\r"), (Some('"'), None, LineEnd::Cr));
    assert_eq!(of("a;b\r\n1;2\n"), (Some('"'), None, LineEnd::Mixed));
    assert_eq!(of("a;b\r\n1;2\r3;4\n5;6\n"), (Some('"'), None, LineEnd::Any));
    // A CR inside a cell of an LF file ends no line, nor does an LF in quotes make a CR LF file mixed.
    assert_eq!(of("a;b\n1\rx;2\n3;4\n5;6\n"), (Some('"'), None, LineEnd::Lf));
    assert_eq!(of("a;b\r\n\"x\ny\";2\r\n"), (Some('"'), None, LineEnd::CrLf));
    assert_eq!(of("a;b"), (Some('"'), None, LineEnd::None));
    assert_eq!(found(b"\"5;1\n\"6;2\n\"7;3\n\"8;4\n").quote, None);
    assert!(found(b"a, b, c\n1, 2, 3\n").trims);
}

#[test]
fn encodings() {
    let of = |label: &str, text: &str| {
        let (bytes, _, failed) = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text);
        assert!(!failed, "{text}");
        found(&bytes).encoding
    };
    for text in ["naam;Zoë\n", "Hélène;Crème brûlée\n", "Straße;Köln\n", "ÉCOLE;Éric\n", "Ça va;François\n"]
    {
        assert_eq!(of("utf-8", text), "UTF-8", "{text}");
        assert_eq!(of("windows-1252", text), "windows-1252", "{text}");
        assert_eq!(of("macintosh", text), "macintosh", "{text}");
    }
    assert_eq!(of("windows-1252", "Prix;12 €\nCœur;été\n"), "windows-1252");
    assert_eq!(of("windows-1252", "L’été;« oui »\n"), "windows-1252");
    assert_eq!(of("iso-8859-15", "Prix;12 €\nCœur;été\n"), "ISO-8859-15");
    assert_eq!(of("iso-8859-15", "bedrag;€ 12\n"), "ISO-8859-15");
    assert_eq!(of("macintosh", "L’été;« oui »\n"), "macintosh");
    assert_eq!(found(b"a;b\n").encoding, "UTF-8");
    assert!(found("\u{FEFF}a;b\n".as_bytes()).has_mark);
}

#[test]
fn what_is_known_wins() {
    let known =
        Known { encoding: Some("macintosh".to_owned()), delimiter: Some(','), quote: Some(None), escape: Some(None) };
    let dialect = detect(&&b"a;b,\"c\n\xE9;1,2\n"[..], &known, &Limits::default()).unwrap();
    assert_eq!((dialect.encoding, dialect.delimiter, dialect.quote), ("macintosh", Some(','), None));
    assert_eq!(dialect.sure, (1.0, 1.0));
    let fault = |known: Known| detect(&&b"a"[..], &known, &Limits::default()).unwrap_err().kind;
    let label = Some("klingon".to_owned());
    assert_eq!(fault(Known { encoding: label, ..Known::default() }), FaultKind::UnknownEncoding("klingon".to_owned()));
    for delimiter in ['\n', 'é', '"'] {
        let quote = Some(Some('"'));
        assert_eq!(fault(Known { delimiter: Some(delimiter), quote, ..Known::default() }), FaultKind::BadDialect);
    }
}

#[test]
fn only_the_sample_is_looked_at() {
    let text = format!("a;b\n{}\n{}", "1;2\n".repeat(10), "x,y,z\n".repeat(1_000));
    let limits = Limits { sample_bytes: 30, ..Limits::default() };
    let dialect = detect(&text.as_bytes(), &Known::default(), &limits).unwrap();
    assert_eq!((dialect.delimiter, dialect.width), (Some(';'), 2));
    let cut = Limits { sample_bytes: 5, ..Limits::default() };
    assert_eq!(detect(&"abé;é\n".as_bytes(), &Known::default(), &cut).unwrap().encoding, "UTF-8");
}
