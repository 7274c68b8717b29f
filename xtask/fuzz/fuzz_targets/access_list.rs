//! Access lists; the first byte picks the format. Each fault has its place in the input, and the rows that are read are
//! written so that they read as the same rows, in every format.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sharing_bulk::{AccessListFault, AccessListReader, AccessListWriter, Format, Row};

const FORMATS: [Format; 3] = [Format::Csv, Format::Ndjson, Format::Json];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, list)) = bytes.split_first() else { return };
    let format = FORMATS[usize::from(*first) % FORMATS.len()];
    let mut rows = Vec::new();
    for read in AccessListReader::new(list, format) {
        match read {
            Ok(row) => rows.push(row),
            Err(fault) => tells_the_place(list, &fault),
        }
    }
    for format in FORMATS {
        let mut writer = AccessListWriter::new(Vec::new(), format);
        for row in &rows {
            writer.write(row).unwrap();
        }
        let written = writer.finish().unwrap();
        let again: Result<Vec<_>, _> = AccessListReader::new(&*written, format).collect();
        let again = again.map(unplaced);
        assert_eq!(again, Ok(unplaced(rows.clone())), "{}", String::from_utf8_lossy(&written));
    }
});

/// The rows, wherever they stood.
fn unplaced(rows: Vec<Row>) -> Vec<Row> {
    rows.into_iter().map(|row| row.at(0)).collect()
}

fn tells_the_place(list: &[u8], fault: &AccessListFault) {
    let line = list.split(|byte| *byte == b'\n').nth(usize::try_from(fault.line).unwrap() - 1);
    let line = line.unwrap_or_else(|| panic!("{fault} is below the last line"));
    assert!((1..=line.len() as u64 + 1).contains(&fault.column), "{fault} is beside its line");
    assert!(!fault.what.is_empty());
}
