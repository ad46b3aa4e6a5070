//! Putting a backup in the place of a database: all of it or nothing.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;

use super::stream::bad;
use super::{Progress, Summary, check, load, portable, write, write_rows};
use crate::assets;
use crate::error::{Error, Result};
use crate::portable::{AnyConnection, Kind, kind_of, migrate, sqlite_path};
use crate::verify::{Broken, Checked, verify};

/// What came of a restore.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What the backup held.
    pub summary: Summary,
    /// What `verify` found in it.
    pub evidence: std::result::Result<Checked, Broken>,
    /// Where what stood there before is kept.
    pub before: Option<Before>,
}

/// What stood there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// A file of SQLite's.
    File(PathBuf),
    /// A schema in the same PostgreSQL database.
    Schema(String),
}

impl std::fmt::Display for Before {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Schema(name) => write!(f, "the schema {name} of the same database"),
        }
    }
}

/// Puts a backup in the place of the database at `url`. The file is checked whole, filled into a new schema, read
/// back and verified before anything that stood there is touched. Evidence that is broken in the backup is refused
/// unless `broken_too`.
///
/// # Errors
/// [`Error::BadFile`] for a file that is no sound backup, [`Error::Taken`] while somebody uses the database.
pub fn restore(
    url: &str,
    file: &Path,
    now: DateTime<Utc>,
    broken_too: bool,
    progress: &mut dyn FnMut(Progress),
) -> Result<Restored> {
    check(open(file)?, progress)?;
    let work = Work { file, now, broken_too };
    match kind_of(url)? {
        Kind::Sqlite => work.file_for(Path::new(sqlite_path(url)), progress),
        Kind::Postgres => work.schema_for(url, progress),
    }
}

/// A backup laid out as a database of its own, which goes when this does.
pub struct Copy {
    folder: PathBuf,
    /// The database.
    pub conn: AnyConnection,
    /// What the backup holds.
    pub summary: Summary,
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            log::warn!("{}: {error}", self.folder.display());
        }
    }
}

/// Lays a backup out in the system's folder for temporary files, for looking into it.
///
/// # Errors
/// [`Error::BadFile`] for a file that is no sound backup.
pub fn open_copy(file: &Path, now: DateTime<Utc>, progress: &mut dyn FnMut(Progress)) -> Result<Copy> {
    check(open(file)?, progress)?;
    let name = format!("proofmark-backup-{}-{}", std::process::id(), now.timestamp_micros());
    let folder = std::env::temp_dir().join(name);
    private_folder(&folder)?;
    let filled = fill_file(&folder.join("copy.sqlite3"), file, progress);
    match filled {
        Ok((conn, summary)) => Ok(Copy { folder, conn, summary }),
        Err(error) => {
            fs::remove_dir_all(&folder).map_err(|also| unusable(&folder, &also))?;
            Err(error)
        }
    }
}

struct Work<'a> {
    file: &'a Path,
    now: DateTime<Utc>,
    broken_too: bool,
}

impl Work<'_> {
    fn file_for(&self, target: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Restored> {
        let alone = if target.exists() { hold_file(target)? } else { None };
        let new = beside(target, "restoring");
        remove(&new)?;
        let done = self.fill_and_swap(target, &new, progress);
        if done.is_err() {
            remove(&new)?;
        }
        drop(alone);
        done
    }

    fn fill_and_swap(
        &self,
        target: &Path,
        new: &Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Restored> {
        let (mut conn, summary) = fill_file(new, self.file, progress)?;
        let evidence = self.evidence(&mut conn)?;
        drop(conn);
        File::open(new).and_then(|file| file.sync_all()).map_err(|error| unusable(new, &error))?;
        let before = if target.exists() { Some(self.set_aside(target)?) } else { None };
        fs::rename(new, target).map_err(|error| unusable(target, &error))?;
        if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| unusable(folder, &e))?;
        }
        Ok(Restored { summary, evidence, before: before.map(Before::File) })
    }

    /// Gives the old file a second name; the swap then takes its first.
    fn set_aside(&self, target: &Path) -> Result<PathBuf> {
        let before = beside(target, &self.before());
        let linked = fs::hard_link(target, &before);
        linked.or_else(|_| fs::copy(target, &before).map(drop)).map_err(|error| unusable(&before, &error))?;
        // Left behind only by a database that could not be opened: the new one must not take them for its own.
        for end in ["-wal", "-shm"] {
            let (left, kept) = (with_end(target, end), with_end(&before, end));
            if left.exists() {
                fs::rename(&left, &kept).map_err(|error| unusable(&left, &error))?;
            }
        }
        Ok(before)
    }

    fn schema_for(&self, url: &str, progress: &mut dyn FnMut(Progress)) -> Result<Restored> {
        let mut conn = portable::connect(url)?;
        if !portable::hold_alone(&mut conn)? {
            return Err(in_use());
        }
        let beside = portable::Beside::begin(&mut conn)?;
        let filled =
            fill(&mut conn, self.file, progress).and_then(|summary| Ok((summary, self.evidence(&mut conn)?)));
        match filled {
            Ok((summary, evidence)) => {
                let before = beside.swap(&mut conn, &self.before().replace('-', "_").to_lowercase())?;
                Ok(Restored { summary, evidence, before: before.map(Before::Schema) })
            }
            Err(error) => {
                beside.give_up(&mut conn)?;
                Err(error)
            }
        }
    }

    /// What the old one is called from now on.
    fn before(&self) -> String {
        format!("before-{}", self.now.format("%Y%m%dT%H%M%S%6f"))
    }

    fn evidence(&self, conn: &mut AnyConnection) -> Result<std::result::Result<Checked, Broken>> {
        match verify(conn, &[], &mut |_| {})? {
            Err(broken) if !self.broken_too => Err(bad(format!("its evidence is broken: {broken}"))),
            found => Ok(found),
        }
    }
}

/// Writes a backup to a file that has it whole or not at all.
///
/// # Errors
/// The database's; [`Error::BadFile`] and [`Error::Full`] when it cannot be written.
pub fn write_file(
    conn: &mut AnyConnection,
    path: &Path,
    now: DateTime<Utc>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary> {
    let part = beside(path, "part");
    remove(&part)?;
    let file = private_file(&part)?;
    let written = write(conn, std::io::BufWriter::with_capacity(1 << 16, file), now, progress);
    let finished = written.and_then(|(summary, out)| {
        let file = out.into_inner().map_err(|error| unusable(&part, error.error()))?;
        file.sync_all().map_err(|error| unusable(&part, &error))?;
        fs::rename(&part, path).map_err(|error| unusable(path, &error))?;
        Ok(summary)
    });
    if finished.is_err() {
        remove(&part)?;
    }
    finished
}

fn open(file: &Path) -> Result<File> {
    File::open(file).map_err(|error| unusable(file, &error))
}

fn unusable(path: &Path, error: &std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::StorageFull => Error::Full,
        _ => bad(format!("{}: {error}", path.display())),
    }
}

fn in_use() -> Error {
    Error::Taken(
        "the database is in use: stop the server and every other command on it, then restore".to_owned(),
    )
}

/// Takes an existing file for itself alone. A file that is no sound database may be replaced without.
fn hold_file(target: &Path) -> Result<Option<AnyConnection>> {
    let url = format!("sqlite:{}", target.display());
    let Ok(mut conn) = portable::connect(&url) else { return Ok(None) };
    match portable::hold_alone(&mut conn) {
        Ok(true) => Ok(Some(conn)),
        Ok(false) => Err(in_use()),
        Err(error) => {
            log::warn!("the database to be replaced cannot be opened: {error}");
            Ok(None)
        }
    }
}

fn fill_file(
    new: &Path,
    file: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<(AnyConnection, Summary)> {
    drop(private_file(new)?);
    let mut conn = portable::connect(&format!("sqlite:{}", new.display()))?;
    conn.batch_execute(portable::SQLITE_FILLING)?;
    let summary = fill(&mut conn, file, progress)?;
    Ok((conn, summary))
}

/// Fills an empty schema, reads it back, and brings it up to this version.
fn fill(conn: &mut AnyConnection, file: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Summary> {
    let summary = load(conn, open(file)?, progress)?;
    let (stored, _) = write_rows(conn, std::io::sink(), summary.about.made_at, &mut |_| {})?;
    if stored.content != summary.content {
        return Err(bad("what was stored reads differently from the backup"));
    }
    migrate(conn)?;
    assets::index_all(conn)?;
    crate::jobs::search::index_all(conn)?;
    crate::findings::search::index_all(conn)?;
    crate::guides::index_all(conn)?;
    Ok(summary)
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn beside(path: &Path, end: &str) -> PathBuf {
    with_end(path, &format!(".{end}"))
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unusable(path, &error)),
        _ => Ok(()),
    }
}

/// A new file that nobody else may read: it holds names, and hashes of passwords.
fn private_file(path: &Path) -> Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| unusable(path, &error))
}

fn private_folder(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| unusable(path, &error))
}
