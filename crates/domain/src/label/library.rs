//! The stocks and designs known, built in and from an administrator's own folder.

use super::builtin;
use super::design::Design;
use super::error::LabelError;
use super::problem::Problem;
use super::stock::Stock;
use std::sync::OnceLock;

/// Stocks and designs by name.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Every stock, built-in ones first.
    pub stocks: Vec<Stock>,
    /// Every design, built-in ones first.
    pub designs: Vec<Design>,
    /// What somebody should look at.
    pub warnings: Vec<Problem>,
}

impl Library {
    /// The stocks and designs that come with the program.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Library> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            let mut library = Self::default();
            let mut problems = Vec::new();
            for (file, text) in builtin::FILES {
                library.add(file, text, &mut problems);
            }
            // A test keeps the built-in files free of errors, so none is hidden here.
            library.warnings.extend(problems);
            library
        })
    }

    /// The built-in library with a folder's files added; one of the same code or name replaces the built-in one.
    /// Files are (path below the folder, text); only `stock/*.toml` and `design/*.toml` are read.
    ///
    /// # Errors
    /// Every problem in any file, naming file, box and field.
    pub fn load(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<Problem>> {
        let mut library = Self::builtin().clone();
        let mut problems = Vec::new();
        let mut files: Vec<_> = files.into_iter().collect();
        // The order in which a file system lists them must not decide which of two files wins.
        files.sort();
        for (file, text) in files {
            library.add(&file, &text, &mut problems);
        }
        if problems.is_empty() { Ok(library) } else { Err(problems) }
    }

    fn add(&mut self, file: &str, text: &str, problems: &mut Vec<Problem>) {
        let path = file.replace('\\', "/");
        if !path.ends_with(".toml") {
            return;
        }
        if path.starts_with("stock/") {
            match Stock::parse(&path, text) {
                Ok((stock, warnings)) => self.put_stock(stock, warnings),
                Err(found) => problems.extend(found),
            }
        } else if path.starts_with("design/") {
            match Design::parse(&path, text) {
                Ok((design, warnings)) => self.put_design(design, warnings),
                Err(found) => problems.extend(found),
            }
        }
    }

    fn put_stock(&mut self, stock: Stock, warnings: Vec<Problem>) {
        self.warnings.extend(warnings);
        match self.stocks.iter_mut().find(|s| fold(&s.code) == fold(&stock.code)) {
            Some(old) => *old = stock,
            None => self.stocks.push(stock),
        }
    }

    fn put_design(&mut self, design: Design, warnings: Vec<Problem>) {
        self.warnings.extend(warnings);
        match self.designs.iter_mut().find(|d| d.name == design.name) {
            Some(old) => *old = design,
            None => self.designs.push(design),
        }
    }

    /// Finds a stock by its code or an alias, whatever the case, with or without the maker's name.
    ///
    /// # Errors
    /// Nobody knows a stock of this name.
    pub fn stock(&self, name: &str) -> Result<&Stock, LabelError> {
        let wanted: Vec<_> = name.split_whitespace().map(fold).chain([fold(name)]).collect();
        let by_code = |s: &&Stock| wanted.contains(&fold(&s.code));
        let by_alias = |s: &&Stock| s.aliases.iter().any(|a| wanted.contains(&fold(a)));
        let found = self.stocks.iter().find(by_code).or_else(|| self.stocks.iter().find(by_alias));
        found.ok_or_else(|| LabelError::NoSuchStock(name.to_string()))
    }

    /// Finds a design by its name.
    ///
    /// # Errors
    /// Nobody knows a design of this name.
    pub fn design(&self, name: &str) -> Result<&Design, LabelError> {
        let found = self.designs.iter().find(|d| d.name == name.trim());
        found.ok_or_else(|| LabelError::NoSuchDesign(name.to_string()))
    }

    /// The other stocks that are cut like this one.
    pub fn same_cut<'a>(&'a self, stock: &'a Stock) -> impl Iterator<Item = &'a Stock> {
        self.stocks.iter().filter(move |s| s.code != stock.code && s.same_cut(stock))
    }
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}
