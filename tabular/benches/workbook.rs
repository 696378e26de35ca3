//! A workbook of 200 000 rows and 10 columns read by our `rows` and by calamine's streaming reader, in turns, with the
//! peak memory of each in a process of its own. `cargo bench -p tabular --bench workbook`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, not a product")]

use calamine::{DataRef, Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook as Writer};
use std::time::Instant;
use tabular::workbook::{Options, Workbook};
use tabular::{Cell, Input, Limits};

const ROWS: u32 = 200_000;

fn main() {
    let path = std::env::temp_dir().join("tabular-bench.xlsx");
    match std::env::args().skip(1).find(|argument| !argument.starts_with('-')).as_deref() {
        Some("ours") => println!("ours: {:?}, peak {} KiB", ours(&std::fs::read(path).unwrap()), peak_kib()),
        Some("calamine") => println!("calamine: {:?}, peak {} KiB", theirs(&std::fs::read(path).unwrap()), peak_kib()),
        _ => {
            std::fs::write(&path, workbook()).unwrap();
            let bytes = std::fs::read(&path).unwrap();
            println!("{ROWS} rows, {} bytes", bytes.len());
            for _ in 0..5 {
                let (start, ours) = (Instant::now(), ours(&bytes));
                let (middle, theirs) = (Instant::now(), theirs(&bytes));
                let (our_time, their_time) = ((middle - start).as_secs_f64(), middle.elapsed().as_secs_f64());
                println!("ours {our_time:.3} s, calamine {their_time:.3} s, ratio {:.2}", our_time / their_time);
                assert_eq!(ours, theirs);
            }
            for reader in ["ours", "calamine"] {
                let child = std::process::Command::new(std::env::current_exe().unwrap()).arg(reader).output().unwrap();
                print!("{}", String::from_utf8_lossy(&child.stdout));
            }
        }
    }
}

fn workbook() -> Vec<u8> {
    let mut writer = Writer::new();
    let sheet = writer.add_worksheet();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    for row in 0..ROWS {
        sheet.write(row, 0, format!("person {row}")).unwrap();
        for column in 1..4 {
            sheet.write(row, column, ["oui", "non", "Liège"][(row as usize + usize::from(column)) % 3]).unwrap();
        }
        for column in 4..8 {
            sheet.write(row, column, f64::from(row) / 7.0 + f64::from(column)).unwrap();
        }
        let date = ExcelDateTime::from_serial_datetime(f64::from(36_526 + row % 9_000)).unwrap();
        sheet.write_with_format(row, 8, date, &day).unwrap();
        sheet.write(row, 9, row % 2 == 0).unwrap();
    }
    writer.save_to_buffer().unwrap()
}

/// Filled cells and the length of all texts.
fn ours(bytes: &[u8]) -> (u64, u64) {
    let input: &dyn Input = &bytes;
    let mut book = Workbook::open(input, &Limits::default()).unwrap();
    let name = book.sheets()[0].name.clone();
    let (mut cells, mut letters) = (0, 0);
    let mut each = |row: tabular::Row<'_, '_>| {
        for cell in row.cells {
            cells += 1;
            if let Cell::Text(text) = cell {
                letters += text.len() as u64;
            }
        }
        Ok::<(), ()>(())
    };
    book.rows(&name, &Options::default(), &Limits::default(), &mut each).unwrap();
    (cells, letters)
}

fn theirs(bytes: &[u8]) -> (u64, u64) {
    let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let name = book.sheet_names()[0].clone();
    let mut reader = book.worksheet_cells_reader(&name).unwrap();
    let (mut cells, mut letters) = (0, 0);
    while let Some(cell) = reader.next_cell().unwrap() {
        cells += 1;
        match cell.get_value() {
            DataRef::SharedString(text) => letters += text.len() as u64,
            DataRef::String(text) => letters += text.len() as u64,
            _ => (),
        }
    }
    (cells, letters)
}

fn peak_kib() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown").trim().to_owned()
}
