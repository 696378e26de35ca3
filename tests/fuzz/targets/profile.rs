//! Any bytes as a profile: read or refused, and what was read can be used.
#![no_main]

use libfuzzer_sys::fuzz_target;
use parcours::collect::Profile;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(profile) = toml::from_str::<Profile>(text) else { return };
    for file in &profile.files {
        let format = file.format.over(&profile.format);
        assert_eq!(format.over(&profile.format).delimiter, format.delimiter, "a format is laid over another once");
        for table in &file.tables {
            let named = table.columns.values().map(|source| source.headings.len()).sum::<usize>();
            assert!(table.headings().count() >= named, "every heading of a column is one of its table");
        }
    }
});
