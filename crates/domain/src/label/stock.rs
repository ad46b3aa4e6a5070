//! Sheet stocks: page, grid, label size and pitch in millimetres.

use super::problem::Problem;
use serde::Deserialize;

/// How far a given margin may stand off centre before the lint doubts it, in millimetres.
const OFF_CENTRE_MM: f64 = 0.3;
/// Lengths closer than this are taken as the same cut, in millimetres.
const SAME_CUT_MM: f64 = 0.1;

/// A sheet of labels, all lengths as `[across, down]` in millimetres.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stock {
    /// The maker's number, such as `L7160`.
    pub code: String,
    /// What the maker calls it.
    pub name: String,
    /// Maker and range.
    pub brand: String,
    /// Other numbers of the same sheet.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The sheet's size.
    pub page_mm: [f64; 2],
    /// Columns and rows.
    pub grid: [u32; 2],
    /// One label's size.
    pub label_mm: [f64; 2],
    /// From one label's corner to the next one's.
    pub pitch_mm: [f64; 2],
    /// Left and top margin; centred when absent.
    #[serde(default)]
    pub margin_mm: Option<[f64; 2]>,
}

impl Stock {
    /// Reads a stock file.
    ///
    /// # Errors
    /// Every problem found, naming file and field; warnings alone do not refuse.
    pub fn parse(file: &str, text: &str) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let stock: Self =
            toml::from_str(text).map_err(|e| vec![Problem::error(file, "", e.to_string().trim_end())])?;
        let problems = stock.lint(file);
        if problems.iter().any(|p| p.severity == super::Severity::Error) {
            return Err(problems);
        }
        Ok((stock, problems))
    }

    /// The left and top margin in millimetres, centred unless the file gives one.
    pub fn margin_mm(&self) -> [f64; 2] {
        self.margin_mm.unwrap_or_else(|| self.centred_mm())
    }

    fn centred_mm(&self) -> [f64; 2] {
        [0, 1].map(|i| {
            let used = f64::from(self.grid[i].saturating_sub(1)) * self.pitch_mm[i] + self.label_mm[i];
            (self.page_mm[i] - used) / 2.0
        })
    }

    /// How many labels a sheet holds.
    pub fn cells(&self) -> usize {
        self.grid[0] as usize * self.grid[1] as usize
    }

    /// The top left corner of a cell in millimetres; cells count from 0, along the rows. `None` beyond the sheet.
    pub fn cell_mm(&self, index: usize) -> Option<[f64; 2]> {
        if index >= self.cells() {
            return None;
        }
        let columns = self.grid[0] as usize;
        let (column, row) = (index % columns, index / columns);
        let [left, top] = self.margin_mm();
        Some([left + column as f64 * self.pitch_mm[0], top + row as f64 * self.pitch_mm[1]])
    }

    /// Whether both sheets are cut alike within a tenth of a millimetre.
    pub fn same_cut(&self, other: &Self) -> bool {
        let near = |a: [f64; 2], b: [f64; 2]| (0..2).all(|i| (a[i] - b[i]).abs() <= SAME_CUT_MM);
        self.grid == other.grid
            && near(self.page_mm, other.page_mm)
            && near(self.label_mm, other.label_mm)
            && near(self.pitch_mm, other.pitch_mm)
            && near(self.margin_mm(), other.margin_mm())
    }

    /// Everything doubtful about the geometry.
    pub fn lint(&self, file: &str) -> Vec<Problem> {
        let mut found = Vec::new();
        if self.code.trim().is_empty() {
            found.push(Problem::error(file, "code", "a stock needs a code"));
        }
        for (field, value) in
            [("page_mm", self.page_mm), ("label_mm", self.label_mm), ("pitch_mm", self.pitch_mm)]
        {
            if !value.iter().all(|v| v.is_finite() && *v > 0.0 && *v <= 2000.0) {
                found.push(Problem::error(file, field, "both lengths must lie between 0 and 2000 mm"));
            }
        }
        if self.grid.iter().any(|n| *n == 0 || *n > 1000) {
            found.push(Problem::error(file, "grid", "columns and rows must lie between 1 and 1000"));
        }
        if found.is_empty() {
            self.lint_axis(file, 0, "column", &mut found);
            self.lint_axis(file, 1, "row", &mut found);
        }
        found
    }

    fn lint_axis(&self, file: &str, axis: usize, noun: &str, found: &mut Vec<Problem>) {
        if self.grid[axis] > 1 && self.pitch_mm[axis] + 0.01 < self.label_mm[axis] {
            found.push(Problem::error(
                file,
                "pitch_mm",
                format!("labels overlap: {noun} pitch below label size"),
            ));
        }
        let (margin, centred) = (self.margin_mm()[axis], self.centred_mm()[axis]);
        let end = self.page_mm[axis] - (2.0 * centred - margin);
        if margin < -0.01 || end > self.page_mm[axis] + 0.01 {
            let over = format!("the {noun}s do not fit the page");
            found.push(Problem::error(
                file,
                if self.margin_mm.is_some() { "margin_mm" } else { "grid" },
                over,
            ));
        }
        // Makers centre their grids; the wrong L6009, 5160 and L7163 figures in circulation do not.
        if (margin - centred).abs() > OFF_CENTRE_MM {
            let text = format!(
                "margin {margin:.2} mm is more than {OFF_CENTRE_MM} mm off the centred {centred:.2} mm"
            );
            found.push(Problem::warning(file, "margin_mm", text));
        }
    }
}
