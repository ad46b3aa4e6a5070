//! Stock: what a movement is, what it does to which place, and what a job used of it.

use crate::codes;

codes!(
    /// What a place of the stock is.
    StockPlaceKind, "kind of place", {
    Store = "store", "Store";
    Van = "van", "Van";
    Bench = "bench", "Bench";
    Returns = "returns", "To go back to a supplier";
});

codes!(
    /// What moved a part.
    MovementKind, "kind of movement", {
    Received = "received", "Received";
    Moved = "moved", "Moved";
    Issued = "issued", "Issued to a job";
    Returned = "returned", "Returned from a job";
    Counted = "counted", "Counted";
    Scrapped = "scrapped", "Scrapped";
});

codes!(
    /// Where a piece known by its serial number is.
    UnitState, "state of a unit", {
    InStock = "in_stock", "In stock";
    Fitted = "fitted", "Fitted";
    Issued = "issued", "Out on a job";
    Scrapped = "scrapped", "Scrapped";
    Lost = "lost", "Not found when counted";
});

/// The most pieces of one movement.
pub const MOST: i64 = 1_000_000;

impl StockPlaceKind {
    /// Whether what lies there can be used on a job.
    pub fn is_usable(self) -> bool {
        self != Self::Returns
    }
}

/// The form in which part and serial numbers are compared: upper case, without spaces.
pub fn fold(number: &str) -> String {
    number.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}

/// The address that the label of a part carries, in upper case so that its code stays small; with a serial number it
/// is of one piece.
pub fn label_url(base: &str, number: &str, serial: Option<&str>) -> String {
    let base = base.trim_end_matches('/').to_uppercase();
    let serial = serial.map(|serial| format!("/{}", escape(&fold(serial)))).unwrap_or_default();
    format!("{base}/P/{}{serial}", escape(&fold(number)))
}

fn escape(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || b"-.".contains(&b);
    text.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// What was scanned: the number and serial number of a label of ours, else the text as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    /// The part's number, or whatever was scanned or typed.
    pub text: String,
    /// The serial number.
    pub serial: Option<String>,
}

/// Reads what was scanned or typed.
pub fn read_scan(text: &str) -> Scanned {
    let text = printed(text);
    let text = text.trim();
    // Upper case changes no ASCII letter's length, so the place is the same in both.
    let at = text.to_ascii_uppercase().rfind("/P/").filter(|_| text.contains("://"));
    let Some(at) = at else { return Scanned { text: text.to_owned(), serial: None } };
    let mut pieces = text[at + 3..].split('/').map(|piece| printed(&unescape(piece)));
    let text = pieces.next().unwrap_or_default();
    Scanned { text, serial: pieces.next().filter(|serial| !serial.is_empty()) }
}

/// Without the control characters that scanners put between fields.
fn printed(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn unescape(text: &str) -> String {
    let (mut bytes, mut rest) = (vec![], text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// One end of a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Outside the stock: a supplier, the bin, whatever the books did not know of.
    Outside,
    /// A place of the stock.
    Place(i64),
    /// The job itself.
    Job,
    /// An asset of the job.
    Asset(i64),
}

/// A movement that somebody wants to write down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement<'a> {
    /// What it is.
    pub kind: MovementKind,
    /// Where from.
    pub from: End,
    /// Where to.
    pub to: End,
    /// How many.
    pub quantity: i64,
    /// Whether the part's pieces are known by serial number.
    pub serialised: bool,
    /// Whether one such piece is named.
    pub unit: bool,
    /// Whether it is for a job.
    pub job: bool,
    /// Why.
    pub reason: &'a str,
}

/// Which ends a movement may have; whatever is not here is refused.
const ROUTES: &[(MovementKind, End, End)] = {
    use End::{Asset, Job, Outside, Place};
    use MovementKind::{Counted, Issued, Moved, Received, Returned, Scrapped};
    &[
        (Received, Outside, Place(0)),
        (Moved, Place(0), Place(0)),
        (Moved, Asset(0), Asset(0)),
        (Issued, Place(0), Job),
        (Issued, Place(0), Asset(0)),
        (Returned, Job, Place(0)),
        (Returned, Asset(0), Place(0)),
        // More were found than the books had, or as many.
        (Counted, Outside, Place(0)),
        // Fewer were found.
        (Counted, Place(0), Outside),
        (Scrapped, Place(0), Outside),
        (Scrapped, Asset(0), Outside),
    ]
};

/// What is wrong with a movement: the field, and what would be right.
pub type Wrong = (&'static str, String);

/// Whether a movement may be written down, whatever the stock.
///
/// # Errors
/// The first field that is wrong.
pub fn check(movement: &Movement) -> Result<(), Wrong> {
    let wrong = |field, words: &str| Err((field, words.to_owned()));
    let Movement { kind, from, to, quantity, .. } = *movement;
    let alike = |a: End, b: End| std::mem::discriminant(&a) == std::mem::discriminant(&b);
    if !ROUTES.iter().any(|(k, f, t)| *k == kind && alike(*f, from) && alike(*t, to)) {
        return wrong(if kind == MovementKind::Received { "to" } else { "from" }, ends_of(kind));
    }
    if from == to {
        return wrong("to", "choose another place than the one it is in");
    }
    let least = i64::from(kind != MovementKind::Counted);
    if !(least..=MOST).contains(&quantity) {
        return Err(("quantity", format!("give a whole number between {least} and {MOST}")));
    }
    if movement.serialised && quantity > 0 && (!movement.unit || quantity != 1) {
        return wrong("serials", "give the serial number of each piece");
    }
    if !movement.serialised && movement.unit {
        return wrong("serials", "this part has no serial numbers");
    }
    let of_asset = [from, to].iter().any(|end| matches!(end, End::Asset(_)));
    if (of_asset || matches!(kind, MovementKind::Issued | MovementKind::Returned)) && !movement.job {
        return wrong("job", "name the job that it is for");
    }
    if matches!(from, End::Asset(_)) && !movement.unit {
        return wrong("serials", "what is taken out of an asset needs its serial number");
    }
    let corrects = kind == MovementKind::Counted && quantity > 0;
    if (corrects || (kind == MovementKind::Scrapped && !movement.job)) && movement.reason.trim().is_empty() {
        return wrong("reason", "say why");
    }
    Ok(())
}

fn ends_of(kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::Received => "name the place that it comes to, and no other",
        MovementKind::Moved => "name the place that it is in and the one that it goes to",
        MovementKind::Issued => "name the place that it is taken from",
        MovementKind::Returned => "name the place that it goes back to",
        MovementKind::Counted => "name the place that was counted",
        MovementKind::Scrapped => "name the place that it was in",
    }
}

/// What a movement changes: each place with how many more it has, in the order of places, so that two at once take
/// their turns in one order.
pub fn deltas(from: End, to: End, quantity: i64) -> Vec<(i64, i64)> {
    let mut deltas = vec![];
    if let End::Place(place) = from {
        deltas.push((place, -quantity));
    }
    if let End::Place(place) = to {
        deltas.push((place, quantity));
    }
    deltas.sort_unstable();
    deltas
}

/// What a count comes to: which way how many are booked.
pub fn count(place: i64, booked: i64, found: i64) -> (End, End, i64) {
    match found - booked {
        missing if missing < 0 => (End::Place(place), End::Outside, -missing),
        more => (End::Outside, End::Place(place), more),
    }
}

/// Why a job, or a move, does not get what it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// Number of the part.
    pub part: String,
    /// How many were wanted.
    pub wanted: i64,
    /// The place that was asked.
    pub place: String,
    /// How many it has by the books.
    pub here: i64,
    /// How many of them are put aside, and for which jobs.
    pub reserved: (i64, Vec<String>),
    /// Where there are others, each with how many.
    pub elsewhere: Vec<(String, i64)>,
}

impl std::fmt::Display for Shortage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { part, wanted, place, here, reserved: (reserved, jobs), elsewhere } = self;
        let are = |count: i64| if count == 1 { "is" } else { "are" };
        match here {
            0 => write!(f, "There is no {part} in {place}")?,
            here => write!(f, "There {} {here} of {part} in {place}", are(*here))?,
        }
        if *reserved > 0 {
            let whose = if jobs.is_empty() { "other jobs".to_owned() } else { jobs.join(", ") };
            write!(f, ", of which {reserved} {} put aside for {whose}", are(*reserved))?;
        }
        write!(f, "; {wanted} {} wanted.", if *wanted == 1 { "was" } else { "were" })?;
        let places: Vec<_> = elsewhere.iter().map(|(place, count)| format!("{count} in {place}")).collect();
        match places.as_slice() {
            [] => write!(f, " There is none elsewhere."),
            places => write!(f, " Elsewhere: {}.", places.join(", ")),
        }
    }
}

/// A movement as the history of a job holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobMovement {
    /// Its number; later ones are larger.
    pub id: i64,
    /// What it was.
    pub kind: MovementKind,
    /// The part.
    pub part: i64,
    /// How many.
    pub quantity: i64,
    /// The piece, where it is known by serial number.
    pub unit: Option<i64>,
    /// The asset that it came out of.
    pub from_asset: Option<i64>,
    /// The asset that it went into.
    pub to_asset: Option<i64>,
    /// The movement by which another took its place.
    pub with: Option<i64>,
    /// What one cost then.
    pub cost_pence: Option<i64>,
}

/// What a job used of a part: a line of its papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// The movement that began the line.
    pub id: i64,
    /// The part.
    pub part: i64,
    /// The asset that it was for.
    pub asset: Option<i64>,
    /// How many were used up; none where a piece was only taken out, or came out of another asset.
    pub quantity: i64,
    /// What one cost.
    pub cost_pence: Option<i64>,
    /// The piece that went in.
    pub fitted: Option<i64>,
    /// The piece that came out.
    pub taken_out: Option<i64>,
}

/// What a job used, line by line, from its movements in their order.
pub fn used(movements: &[JobMovement]) -> Vec<Used> {
    let mut lines: Vec<Used> = vec![];
    for movement in movements {
        match (movement.kind, movement.from_asset) {
            (MovementKind::Issued, _) => issue(&mut lines, movement),
            (MovementKind::Returned, None) => give_back(&mut lines, movement),
            (_, Some(_)) => take_out(&mut lines, movement),
            // A count that said why there were more than the books had: of the place, not of the job.
            _ => {}
        }
    }
    lines.retain(|line| line.quantity > 0 || line.fitted.is_some() || line.taken_out.is_some());
    lines
}

fn line_of(movement: &JobMovement, quantity: i64) -> Used {
    let JobMovement { id, part, cost_pence, .. } = *movement;
    Used { id, part, asset: movement.to_asset, quantity, cost_pence, fitted: movement.unit, taken_out: None }
}

fn issue(lines: &mut Vec<Used>, movement: &JobMovement) {
    let same = |line: &&mut Used| {
        movement.unit.is_none()
            && line.fitted.is_none()
            && line.taken_out.is_none()
            && (line.part, line.asset, line.cost_pence)
                == (movement.part, movement.to_asset, movement.cost_pence)
    };
    match lines.iter_mut().find(same) {
        Some(line) => line.quantity += movement.quantity,
        None => lines.push(line_of(movement, movement.quantity)),
    }
}

/// What came back unused comes off the latest lines first.
fn give_back(lines: &mut [Used], movement: &JobMovement) {
    let mut left = movement.quantity;
    for line in lines.iter_mut().rev().filter(|line| line.part == movement.part) {
        if left == 0 || (movement.unit.is_some() && line.fitted != movement.unit) {
            continue;
        }
        let off = left.min(line.quantity);
        line.quantity -= off;
        left -= off;
        if line.fitted == movement.unit {
            line.fitted = None;
        }
    }
}

fn take_out(lines: &mut Vec<Used>, movement: &JobMovement) {
    let fitted_here = |line: &&mut Used| line.fitted.is_some() && line.fitted == movement.unit;
    if let Some(line) = lines.iter_mut().find(fitted_here) {
        // What this job put in and took out again is not used, unless it broke.
        if movement.kind != MovementKind::Scrapped {
            (line.quantity, line.fitted) = (0, None);
        }
        if movement.kind != MovementKind::Moved {
            return;
        }
    }
    if movement.kind == MovementKind::Moved {
        lines.push(Used { cost_pence: None, ..line_of(movement, 0) });
        return;
    }
    match lines.iter_mut().find(|line| Some(line.id) == movement.with && line.taken_out.is_none()) {
        Some(line) => line.taken_out = movement.unit,
        None => lines.push(Used {
            asset: movement.from_asset,
            fitted: None,
            taken_out: movement.unit,
            cost_pence: None,
            ..line_of(movement, 0)
        }),
    }
}

#[cfg(test)]
#[path = "stock_tests.rs"]
mod tests;
