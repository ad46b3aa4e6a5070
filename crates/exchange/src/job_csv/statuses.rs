//! What the words of other systems mean here. The other word is always kept beside it.

use domain::code::Code;
use domain::job::{JobState, Outcome, WaitingFor};
use std::fmt::Write;

/// How an imported job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Open, and where.
    Open(JobState),
    /// Waiting, and for what.
    Waiting(WaitingFor),
    /// Ended, and how.
    Closed(Outcome),
}

impl Standing {
    /// The state of the job here.
    pub fn state(self) -> JobState {
        match self {
            Self::Open(state) => state,
            Self::Waiting(_) => JobState::Waiting,
            Self::Closed(_) => JobState::Closed,
        }
    }

    /// In the words of our pages.
    pub fn words(self) -> String {
        match self {
            Self::Open(state) => state.label().to_owned(),
            Self::Waiting(reason) => format!("Waiting: {}", reason.noun()),
            Self::Closed(outcome) => format!("Closed: {}", outcome.noun()),
        }
    }
}

/// Each standing with the words that mean it. Nobody here is assigned to what another system began, so that its
/// "in progress" is "triaged"; "repairable" was looked at and left with whoever may repair it; "unknown" ended, and
/// nobody wrote down how.
const STATUSES: &[(Standing, &[&str])] = {
    use JobState::{Reported, Triaged};
    use Outcome::*;
    use Standing::{Closed, Open, Waiting};
    &[
        (
            Closed(Repaired),
            &[
                "fixed",
                "repaired",
                "resolved",
                "solved",
                "mended",
                "working",
                "works again",
                "successful",
                "ok",
                "repariert",
                "behoben",
                "gelöst",
                "instand gesetzt",
                "funktioniert",
            ],
        ),
        (Closed(Replaced), &["replaced", "exchanged", "swapped", "ersetzt", "ausgetauscht", "getauscht"]),
        (
            Closed(NoFaultFound),
            &[
                "no fault found",
                "nff",
                "no fault",
                "no problem found",
                "not reproducible",
                "cannot reproduce",
                "could not reproduce",
                "kein fehler",
                "kein fehler gefunden",
                "kein fehler feststellbar",
                "nicht reproduzierbar",
            ],
        ),
        (
            Closed(BeyondEconomicRepair),
            &[
                "end of life",
                "eol",
                "beyond economic repair",
                "beyond economical repair",
                "ber",
                "beyond repair",
                "not repairable",
                "unrepairable",
                "irreparable",
                "not repaired",
                "not fixed",
                "unsuccessful",
                "not economical",
                "nicht reparierbar",
                "irreparabel",
                "nicht repariert",
                "unwirtschaftlich",
                "totalschaden",
                "wirtschaftlicher totalschaden",
            ],
        ),
        (
            Closed(Referred),
            &[
                "repairable",
                "referred",
                "referred on",
                "advice given",
                "sent to manufacturer and closed",
                "reparierbar",
                "verwiesen",
                "weitergeleitet",
                "beratung",
            ],
        ),
        (
            Closed(Scrapped),
            &["scrapped", "disposed", "disposed of", "recycled", "verschrottet", "entsorgt", "recycelt"],
        ),
        (
            Closed(Done),
            &[
                "closed",
                "done",
                "complete",
                "completed",
                "finished",
                "collected",
                "returned",
                "unknown",
                "not known",
                "geschlossen",
                "erledigt",
                "abgeschlossen",
                "fertig",
                "abgeholt",
                "zurückgegeben",
                "unbekannt",
            ],
        ),
        (
            Closed(Cancelled),
            &[
                "cancelled",
                "canceled",
                "withdrawn",
                "rejected",
                "duplicate",
                "storniert",
                "abgebrochen",
                "abgelehnt",
                "zurückgezogen",
                "doppelt",
            ],
        ),
        (
            Open(Reported),
            &["open", "new", "reported", "logged", "received", "offen", "neu", "gemeldet", "eingegangen"],
        ),
        (
            Open(Triaged),
            &[
                "triaged",
                "acknowledged",
                "accepted",
                "assigned",
                "in progress",
                "started",
                "wip",
                "pending",
                "on hold",
                "reopened",
                "angenommen",
                "zugewiesen",
                "in arbeit",
                "in bearbeitung",
                "begonnen",
                "zurückgestellt",
                "wieder offen",
            ],
        ),
        (
            Waiting(WaitingFor::Parts),
            &[
                "waiting for parts",
                "awaiting parts",
                "parts on order",
                "on order",
                "wartet auf teile",
                "wartet auf ersatzteile",
                "wartet auf ersatzteil",
                "teile bestellt",
                "ersatzteil bestellt",
            ],
        ),
        (
            Waiting(WaitingFor::Customer),
            &[
                "waiting for customer",
                "awaiting customer",
                "waiting on customer",
                "awaiting approval",
                "quoted",
                "wartet auf kunde",
                "wartet auf kunden",
                "wartet auf freigabe",
                "rückfrage beim kunden",
            ],
        ),
        (
            Waiting(WaitingFor::ThirdParty),
            &[
                "waiting for supplier",
                "with supplier",
                "with manufacturer",
                "sent to manufacturer",
                "sent to supplier",
                "awaiting third party",
                "wartet auf lieferant",
                "wartet auf hersteller",
                "beim hersteller",
                "an hersteller gesendet",
            ],
        ),
        (
            Waiting(WaitingFor::Access),
            &["waiting for access", "no access", "wartet auf zugang", "kein zugang"],
        ),
    ]
};

/// What a status of another system means; none for a word that is not in the table.
pub fn standing(word: &str) -> Option<Standing> {
    let folded = crate::words::fold(word);
    let means = |words: &[&str]| words.iter().any(|known| crate::words::fold(known) == folded);
    STATUSES.iter().find(|(_, words)| means(words)).map(|(standing, _)| *standing)
}

/// Words of another system that somebody translated, before the table is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Translations(Vec<(String, Standing)>);

impl Translations {
    /// Reads lines such as "Rep. OK = repaired"; what stands behind the last equals sign is a word of the table.
    ///
    /// # Errors
    /// Says which line is none, and what would be one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut found = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let Some((word, state)) = line.rsplit_once('=') else {
                return Err(format!("\"{line}\" has no equals sign; write it as Rep. OK = repaired"));
            };
            let (word, state) = (crate::words::fold(word.trim()), state.trim());
            let Some(means) = standing(state) else {
                return Err(format!(
                    "\"{state}\" is no status that is known; choose one such as repaired, scrapped, unknown, open or \
                     waiting for parts"
                ));
            };
            if word.is_empty() {
                return Err(format!("\"{line}\" names no word; write it as Rep. OK = repaired"));
            }
            found.push((word, means));
        }
        Ok(Self(found))
    }

    /// What a word means: as it was translated, else as the table says.
    pub fn standing(&self, word: &str) -> Option<Standing> {
        let folded = crate::words::fold(word);
        let own = self.0.iter().find(|(known, _)| *known == folded).map(|(_, means)| *means);
        own.or_else(|| standing(word))
    }
}

/// The table as Markdown; `docs/imports.md` holds this text.
pub fn statuses_markdown() -> String {
    let mut text = String::from("| There | Here |\n|---|---|");
    for (standing, words) in STATUSES {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n| {} | {} |", words.join(", "), standing.words());
    }
    text + "\n"
}
