//! What `render` promises, judged by programs that nobody here wrote.
mod certificates;
mod judges;
mod labels;
mod looks;
mod papers;
mod samples;

use std::path::PathBuf;

/// Writes a PDF into a folder of its own that is removed with the returned guard.
fn saved(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, bytes).expect("a file");
    (folder, path)
}
