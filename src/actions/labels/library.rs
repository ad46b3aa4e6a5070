//! The stocks and designs at hand: built in, and from the folder that the configuration names.

use std::borrow::Cow;
use std::path::Path;

use domain::label::{Design, Library, Stock};

use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// A file larger than this is no stock or design, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// The library: built-in stocks and designs with those of the configured folder in their place.
///
/// # Errors
/// Every problem of any file with file, box and field: a label is not printed from what was meant otherwise.
pub fn open_library(app: &App) -> Result<Cow<'static, Library>> {
    let Some(folder) = &app.config.labels_dir else { return Ok(Cow::Borrowed(Library::builtin())) };
    let mut files = vec![];
    for part in ["stock", "design"] {
        read_folder(folder, part, &mut files)?;
    }
    Library::load(files).map(Cow::Owned).map_err(|problems| {
        let field = |problem: &domain::label::Problem| FieldError {
            field: "labels_dir".to_owned(),
            message: problem.to_string(),
        };
        Error::Invalid(problems.iter().map(field).collect())
    })
}

fn read_folder(folder: &Path, part: &str, files: &mut Vec<(String, String)>) -> Result<()> {
    let path = folder.join(part);
    if !path.exists() && folder.exists() {
        return Ok(());
    }
    let wrong = |path: &Path, why: &dyn std::fmt::Display| {
        Error::field("labels_dir", format!("{}: {why}", path.display()))
    };
    for entry in std::fs::read_dir(&path).map_err(|error| wrong(&path, &error))? {
        let file = entry.map_err(|error| wrong(&path, &error))?.path();
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !name.ends_with(".toml") {
            continue;
        }
        let size = std::fs::metadata(&file).map_err(|error| wrong(&file, &error))?.len();
        if size > MOST_BYTES {
            return Err(wrong(&file, &"this is too large for a stock or design"));
        }
        let text = std::fs::read_to_string(&file).map_err(|error| wrong(&file, &error))?;
        files.push((format!("{part}/{name}"), text));
    }
    Ok(())
}

/// A stock by its code.
///
/// # Errors
/// A field error that lists what there is.
pub fn find_stock<'a>(library: &'a Library, name: &str) -> Result<&'a Stock> {
    library.stock(name).map_err(|error| {
        let known: Vec<_> = library.stocks.iter().map(|stock| stock.code.as_str()).collect();
        Error::field("stock", format!("{}; there are {}", cut(&error.to_string()), known.join(", ")))
    })
}

/// A design by its name; people write "pat-pass" as well as "pat_pass".
///
/// # Errors
/// A field error that lists what there is.
pub fn find_design<'a>(library: &'a Library, name: &str) -> Result<&'a Design> {
    library.design(&name.replace('-', "_")).map_err(|error| {
        let known: Vec<_> = library.designs.iter().map(|design| design.name.as_str()).collect();
        Error::field("design", format!("{}; there are {}", cut(&error.to_string()), known.join(", ")))
    })
}

fn cut(text: &str) -> String {
    text.chars().take(120).collect()
}

/// A stock in words: number, name, size of a label and how many.
pub fn stock_words(stock: &Stock) -> String {
    let [w, h] = stock.label_mm.map(|mm| (mm * 10.0).round() / 10.0);
    format!("{} {}, {w} × {h} mm, {} a sheet", stock.code, stock.name, stock.cells())
}
