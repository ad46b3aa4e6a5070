//! The configuration block of a test: which limits the tester was set to. Inferred from files, so read with care:
//! at the first thing that is not understood the limits end, and none is made up.

use super::payload::Cursor;
use super::results::number;
use domain::quantity::Decimal;
use std::collections::{HashMap, VecDeque};

/// What one test was set to, and how many results it still may give.
pub(super) struct Setting {
    limit: Decimal,
    results_left: u32,
}

/// The settings by kind of result, in the order of the sequence.
pub(super) type Settings = HashMap<u8, VecDeque<Setting>>;

/// Reads the limits.
pub(super) fn read(config: &[u8]) -> Settings {
    let mut settings = Settings::new();
    let mut cursor = Cursor(config);
    if cursor.byte() != Some(0x01) {
        return settings;
    }
    while let Some((code, setting)) = entry(&mut cursor) {
        if let Some(setting) = setting {
            settings.entry(code).or_default().push_back(setting);
        }
    }
    settings
}

fn entry(cursor: &mut Cursor) -> Option<(u8, Option<Setting>)> {
    let code = cursor.byte()?;
    match code {
        0x11 | 0x16 | 0x18 => {
            let _seconds = cursor.byte()?;
            Some((code, Some(setting(cursor)?)))
        }
        0x20 => {
            let _volts = cursor.u16()?;
            let _seconds = cursor.byte()?;
            Some((code, Some(setting(cursor)?)))
        }
        0x91 => Some((code, None)),
        // A text of unknown length, or something unknown: what follows cannot be told apart.
        _ => None,
    }
}

fn setting(cursor: &mut Cursor) -> Option<Setting> {
    let limit = number(cursor.u16()?);
    Some(Setting { limit, results_left: u32::from(cursor.byte()?) + 1 })
}

/// Takes the limit of the next result of a kind.
pub(super) fn next_limit(settings: &mut Settings, code: u8) -> Option<Decimal> {
    let queue = settings.get_mut(&code)?;
    let setting = queue.front_mut()?;
    setting.results_left -= 1;
    let limit = setting.limit;
    if setting.results_left == 0 {
        queue.pop_front();
    }
    Some(limit)
}
