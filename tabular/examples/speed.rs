//! How fast a text is read, beside the csv crate's pass over the same bytes: `speed [megabytes]`.

use std::error::Error;
use std::fmt::Write;
use std::time::Instant;
use tabular::{Cell, Limits, text};

fn main() -> Result<(), Box<dyn Error>> {
    let megabytes: usize = std::env::args().nth(1).map_or(Ok(150), |size| size.parse())?;
    for is_quoted in [false, true] {
        let file = generated(megabytes << 20, is_quoted);
        let bytes = file.as_bytes();
        println!("{} MiB, texts {}", bytes.len() >> 20, if is_quoted { "in quotes" } else { "bare" });
        let dialect = text::detect(&bytes, &text::Known::default(), &Limits::default())?;
        for _ in 0..3 {
            let start = Instant::now();
            let mut seen = (0_u64, 0_usize);
            let _met = text::rows::<()>(&bytes, &dialect, &Limits::default(), &mut |row| {
                seen.0 += 1;
                seen.1 += row
                    .cells
                    .iter()
                    .map(|cell| if let Cell::Text(text) = cell { text.len() } else { 0 })
                    .sum::<usize>();
                Ok(())
            });
            report("tabular", start, bytes.len(), seen);
            let start = Instant::now();
            report("csv ByteRecord", start, bytes.len(), with_csv(bytes)?);
        }
    }
    Ok(())
}

fn with_csv(bytes: &[u8]) -> Result<(u64, usize), csv::Error> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').has_headers(false).flexible(true).from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut seen = (0, 0);
    while reader.read_byte_record(&mut record)? {
        seen.0 += 1;
        seen.1 += record.iter().map(<[u8]>::len).sum::<usize>();
    }
    Ok(seen)
}

fn report(name: &str, start: Instant, bytes: usize, seen: (u64, usize)) {
    let seconds = start.elapsed().as_secs_f64();
    let speed = f64::from(u32::try_from(bytes >> 10).unwrap_or(u32::MAX)) / 1024.0 / seconds;
    println!("  {name:15} {seconds:6.3} s {speed:6.0} MiB/s  {} rows, {} bytes in cells", seen.0, seen.1);
}

fn generated(bytes: usize, is_quoted: bool) -> String {
    let quote = if is_quoted { "\"" } else { "" };
    let mut text = String::with_capacity(bytes + 200);
    text.push_str("dossier;naam;voornaam;geboren;gemeente;bedrag;opmerking\n");
    for number in 0_u64.. {
        if text.len() >= bytes {
            break;
        }
        let _ = writeln!(
            text,
            "{number};{quote}Voorbeeld{}{quote};{quote}Renée{quote};{:02}/{:02}/19{:02};{quote}Liège{quote};{},{:02};{quote}geen bijzonderheden{quote}",
            number % 977,
            number % 28 + 1,
            number % 12 + 1,
            number % 100,
            number % 3000,
            number % 100
        );
    }
    text
}
