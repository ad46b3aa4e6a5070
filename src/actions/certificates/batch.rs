//! The single certificates of a visit or of a site's days, one file each in one archive, a certificate at a time.

use std::io;

use domain::permission::IssueCertificate;
use domain::schedule::local_date;
use exchange::archive::Archive;
use store::Right;
use store::tests::find_recorded_test;

use super::covered::{list_counting, time_zone_of};
use super::single::shown_tag;
use super::{Options, Subject, issue_certificate};
use crate::app::App;
use crate::error::{Error, Result};

/// An archive being made: what waits, and what is in it.
#[derive(Debug)]
pub struct Batch {
    waiting: std::vec::IntoIter<String>,
    archive: Archive,
    options: Options,
    ended: bool,
}

impl Batch {
    /// Lists the tests of a visit or of a site's days that count; none is certified yet.
    ///
    /// # Errors
    /// As [`issue_certificate`]; a conflict where nothing was tested.
    pub fn new(
        app: &App,
        right: &Right<IssueCertificate>,
        (subject, options): (&Subject, Options),
    ) -> Result<Self> {
        let tests = app.store.read(|conn| list_counting(conn, right.scope(), subject))?;
        if tests.is_empty() {
            let words = "Nothing was tested then, so there is nothing to certify.";
            return Err(Error::Conflict(words.to_owned()));
        }
        Ok(Self { waiting: tests.into_iter(), archive: Archive::default(), options, ended: false })
    }

    /// How many certificates are still to come.
    pub fn left(&self) -> usize {
        self.waiting.len()
    }

    /// Issues the next certificate and gives the archive's next bytes; nothing at the end.
    ///
    /// # Errors
    /// As [`issue_certificate`].
    pub fn next(&mut self, app: &App, right: &Right<IssueCertificate>) -> Result<Option<Vec<u8>>> {
        let packing =
            |error: io::Error| Error::TooLarge(format!("These are too many for one archive: {error}."));
        let Some(id) = self.waiting.next() else {
            if self.ended {
                return Ok(None);
            }
            self.ended = true;
            return Ok(Some(self.archive.end().map_err(packing)?));
        };
        let issued = issue_certificate(app, right, &Subject::Test(id.clone()), self.options)?;
        let name = app.store.read(|conn| {
            let test = find_recorded_test(conn, right.scope(), &id)?;
            let zone = time_zone_of(conn, right.scope(), test.row.site_id)?;
            let (asset, day) = (&test.evidence.asset, local_date(test.row.performed_at.utc(), zone));
            let parts = [
                shown_tag(&asset.tag),
                asset.description.clone(),
                day.to_string(),
                issued.row.number.clone(),
            ];
            Ok::<_, Error>(file_name(&parts))
        })?;
        Ok(Some(self.archive.add(&name, &issued.pdf).map_err(packing)?))
    }
}

/// A name that every system takes: letters, digits, dashes and dots, short enough. The number makes it the only one.
fn file_name(parts: &[String]) -> String {
    let clean = |part: &String| {
        let kept = part.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' });
        let text: String = kept.take(40).collect();
        text.trim_matches('_').to_owned()
    };
    let parts: Vec<String> = parts.iter().map(clean).filter(|part| !part.is_empty()).collect();
    format!("{}.pdf", parts.join("_"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_plain_and_keep_their_letters() {
        let name =
            |parts: &[&str]| super::file_name(&parts.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            name(&["7K3M-9QX4", "Wasserkocher / Küche", "2026-03-12", "C-000007"]),
            "7K3M-9QX4_Wasserkocher___Küche_2026-03-12_C-000007.pdf"
        );
        assert_eq!(name(&["../..\\x", "C:\\con", "", "C-000001"]), "x_C__con_C-000001.pdf");
    }
}
