//! How large a QR code must be, without drawing it.

/// Modules of white that a reader needs around the symbol.
pub const QUIET_MODULES: usize = 4;
/// Below this module size in millimetres a code is refused: phones fail on it.
pub const MODULE_REFUSED_MM: f64 = 0.30;
/// Below this module size in millimetres a code is printed with a warning.
pub const MODULE_DOUBTED_MM: f64 = 0.38;

/// Characters in alphanumeric mode by version from 1, at level Q and at level M (ISO/IEC 18004).
const ALPHANUMERIC: [[usize; 2]; 10] = [
    [16, 20],
    [29, 38],
    [47, 61],
    [67, 90],
    [87, 122],
    [108, 154],
    [125, 178],
    [157, 221],
    [189, 262],
    [221, 311],
];
/// Bytes in byte mode by version from 1, at level Q and at level M.
const BYTES: [[usize; 2]; 10] = [
    [11, 14],
    [20, 26],
    [32, 42],
    [46, 62],
    [60, 84],
    [74, 106],
    [86, 122],
    [108, 152],
    [130, 180],
    [151, 213],
];

/// Version, level and mode of the code for a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QrSpec {
    /// 1 to 10.
    pub version: u8,
    /// Level Q when true, else M.
    pub level_q: bool,
    /// Alphanumeric mode when true, else bytes.
    pub alphanumeric: bool,
}

impl QrSpec {
    /// Chooses level Q up to version 2, else level M in the smallest version. `None` when version 10 is too small.
    pub fn for_text(text: &str) -> Option<Self> {
        let alphanumeric = text.bytes().all(is_alphanumeric);
        let table = if alphanumeric { &ALPHANUMERIC } else { &BYTES };
        let find = |column: usize| table.iter().position(|row| row[column] >= text.len());
        let (index, level_q) = match find(0) {
            Some(index) if index < 2 => (index, true),
            _ => (find(1)?, false),
        };
        Some(Self { version: index as u8 + 1, level_q, alphanumeric })
    }

    /// Modules along one side, without the quiet zone.
    pub fn modules(self) -> usize {
        17 + 4 * usize::from(self.version)
    }

    /// The largest module of whole printer dots with which symbol and quiet zone fit `side_mm`, in millimetres.
    pub fn module_mm(self, side_mm: f64, dpi: u32) -> f64 {
        let dot_mm = 25.4 / f64::from(dpi.max(1));
        let dots = (side_mm / (self.modules() + 2 * QUIET_MODULES) as f64 / dot_mm + 1e-9).floor();
        dots * dot_mm
    }
}

/// Whether the character is one of the 45 of alphanumeric mode.
pub fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" $%*+-./:".contains(&byte)
}
