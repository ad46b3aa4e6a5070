//! `proofmark verify`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;
use store::backup;
use store::ledger::Place;
use store::signed_heads::{SignedHead, fingerprint};
use store::verify::{Broken, Checked, Head, verify};

use crate::actions::certificates::{self, Paper};
use crate::config::Config;

/// What is checked against.
#[derive(Debug, Args)]
pub struct Verify {
    /// A file of heads kept elsewhere: each chain must still run through its head, or its end was cut off
    #[arg(long, value_name = "FILE")]
    head: Option<PathBuf>,
    /// Write the heads as they are now to this file, for keeping elsewhere
    #[arg(long, value_name = "FILE")]
    save_head: Option<PathBuf>,
    /// Check this backup instead of the database; needs room for it in the folder for temporary files
    #[arg(long, value_name = "FILE")]
    backup: Option<PathBuf>,
    /// Ask instead whether this PDF is a certificate of ours as it was issued, and still the latest
    #[arg(long, value_name = "FILE", conflicts_with_all = ["head", "save_head", "backup"])]
    pdf: Option<PathBuf>,
}

impl Verify {
    /// Runs the command.
    ///
    /// # Errors
    /// What is broken; that a file cannot be read or written.
    pub fn run(self, config: Config) -> Result<(), String> {
        if let Some(path) = &self.pdf {
            return check_pdf(config, path);
        }
        let kept = self.head.as_deref().map(read_heads).transpose()?.unwrap_or_default();
        let checked = self.check(config, &kept)?;
        let checked = checked.map_err(|broken| format!("BROKEN: {broken}"))?;
        if let Some(path) = &self.save_head {
            fs::write(path, heads_text(&checked)).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        println!("{}", words(&checked, kept.len()));
        Ok(())
    }

    fn check(&self, config: Config, kept: &[Head]) -> Result<Result<Checked, Broken>, String> {
        let in_url = config.database_url.strip_prefix("backup:").map(PathBuf::from);
        let found = match self.backup.clone().or(in_url) {
            Some(file) => {
                let bar = super::backup::bar();
                let now = super::system_clock()();
                let copy = backup::open_copy(&file, now, &mut |progress| super::backup::show(&bar, progress));
                bar.finish_and_clear();
                copy.and_then(|mut copy| walk(&mut copy.conn, kept))
            }
            None => super::open(config)?.store.read(|conn| walk(conn, kept)),
        };
        found.map_err(|error| error.to_string())
    }
}

fn check_pdf(config: Config, path: &Path) -> Result<(), String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let app = super::open(config)?;
    let paper = certificates::check_paper(&app, &bytes).map_err(|error| error.to_string())?;
    match paper {
        Paper::Unknown => Err("Not ours, or altered: no certificate issued here has these bytes.".to_owned()),
        Paper::Current { number, revision } => {
            println!("Genuine: certificate {number}, revision {revision}, the latest.");
            Ok(())
        }
        Paper::Superseded { number, revision } => Err(format!(
            "Genuine but superseded: certificate {number}, revision {revision}; a later revision took its place."
        )),
    }
}

fn walk(conn: &mut store::AnyConnection, kept: &[Head]) -> store::Result<Result<Checked, Broken>> {
    let bar = ProgressBar::new_spinner();
    let checked = verify(conn, kept, &mut |checked| {
        let Checked { records, assets, files, .. } = checked;
        bar.set_message(format!("{records} records, {assets} assets, {files} files"));
        bar.tick();
    });
    bar.finish_and_clear();
    checked
}

/// What was checked, in words.
pub fn words(checked: &Checked, kept: usize) -> String {
    let Checked { heads, records, assets, files, bytes, .. } = checked;
    let against = match kept {
        0 => "against no kept head".to_owned(),
        many => format!("against {many} kept heads"),
    };
    format!(
        "Whole: {} chains with {records} records and their rows, {assets} assets that show what their tests amount to, \
         {files} files of {bytes} bytes, {against}, {}.",
        heads.len(),
        signatures(checked)
    )
}

fn signatures(checked: &Checked) -> String {
    let keys: Vec<String> = checked.keys.iter().map(|key| fingerprint(key)).collect();
    match keys.as_slice() {
        [] => "no signed heads".to_owned(),
        keys => format!("{} signed heads (key {})", checked.signed, keys.join(", ")),
    }
}

/// A head a line: customer, number of its last record, hash.
fn heads_text(checked: &Checked) -> String {
    let begun = checked.heads.iter().filter(|head| head.place.seq > 0);
    let line = |head: &Head| format!("{} {} {}\n", head.customer_id, head.place.seq, head.place.hash);
    begun.map(line).collect()
}

fn read_heads(path: &Path) -> Result<Vec<Head>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            read_head(line).ok_or_else(|| {
                let what = "write customer, number of the last record and hash, such as 1 250 9f86d0..., \
                            or all six words of a signed head, unaltered";
                format!("{} line {}: {what}", path.display(), number + 1)
            })
        })
        .collect()
}

fn read_head(line: &str) -> Option<Head> {
    let mut words = line.split_whitespace();
    if line.split_whitespace().count() == 6 {
        let head = SignedHead::read(line).filter(SignedHead::is_sound)?;
        return Some(Head { customer_id: head.customer_id, place: Place { seq: head.seq, hash: head.hash } });
    }
    let customer_id = words.next()?.parse().ok()?;
    let seq = words.next()?.parse().ok()?;
    let hash = words.next()?.to_owned();
    let sound = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    (words.next().is_none() && sound).then_some(Head { customer_id, place: Place { seq, hash } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_a_line() {
        let hash = "0123456789abcdef".repeat(4);
        let head = read_head(&format!("3 250 {hash}")).unwrap();
        assert_eq!((head.customer_id, head.place.seq, head.place.hash.len()), (3, 250, 64));
        for wrong in ["", "3", "3 x", "3 250 zz", "3 250", &format!("3 250 {hash} more")] {
            assert_eq!(read_head(wrong), None, "{wrong}");
        }
    }
}
