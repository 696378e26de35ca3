//! Builds the files a user may override (queries, profiles, reports) into the binary, so that it works alone.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut found = Vec::new();
    for folder in ["queries", "profiles", "reports"] {
        println!("cargo:rerun-if-changed={folder}");
        if root.join(folder).is_dir() {
            collect(&root.join(folder), &mut found)?;
        }
    }
    found.sort();
    let mut code = String::from("&[\n");
    for path in &found {
        let name = path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let _ = writeln!(code, "({name:?}, include_str!({:?})),", path.display().to_string());
    }
    code.push_str("]\n");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("resources.rs"), code)
}
