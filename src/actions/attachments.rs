//! Photos and documents on assets.

use domain::event::Event;
use domain::permission::{AttachFile, ViewRegister};
use store::Right;
use store::assets::find_asset;
use store::files::{self, File};
use store::tests::find_test;

use crate::actions::photos::{draw_anew, is_picture};
use crate::actions::test_photos::{NewPhoto, attach, withdraw};
use crate::app::App;
use crate::error::{Error, Result};

/// The largest upload, in bytes.
pub const MOST_BYTES: usize = 10 << 20;

/// Attaches a photo or a PDF to an asset, and to one of its tests where one is given.
///
/// # Errors
/// Not found, also for a test of something else; a field error for anything that is neither a picture nor a PDF.
pub fn attach_file(
    app: &App,
    right: &Right<AttachFile>,
    (asset_id, test_id): (i64, Option<&str>),
    name: &str,
    bytes: &[u8],
) -> Result<i64> {
    // Found before the work: a foreign id must not cost a minute of decoding.
    app.store.read(|conn| {
        find_asset(conn, right.scope(), asset_id)?;
        match test_id.map(|id| find_test(conn, right.scope(), id)).transpose()? {
            Some(test) if test.asset_id != asset_id => Err(Error::NotFound("test".to_owned())),
            _ => Ok(()),
        }
    })?;
    let photo = NewPhoto::new("file", name, bytes)?;
    app.store.write(right.actor(), |tx| {
        let asset = find_asset(tx, right.scope(), asset_id)?;
        let (ids, events) = attach(tx, (&asset, test_id), [&photo])?;
        Ok((ids.first().copied().unwrap_or_default(), events))
    })
}

/// A file fit to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What it is.
    pub media_type: &'static str,
    /// Its bytes.
    pub large: Vec<u8>,
    /// A small picture of it; none for a document.
    pub small: Option<Vec<u8>>,
}

/// Makes an upload fit to be kept: a picture is drawn anew, a PDF stays as it is.
///
/// # Errors
/// A field error on `file` for anything else.
pub fn recode(bytes: &[u8]) -> Result<Kept> {
    if is_picture(bytes) {
        let photo = draw_anew(bytes)?;
        Ok(Kept { media_type: "image/jpeg", large: photo.large, small: Some(photo.small) })
    } else if bytes.starts_with(b"%PDF-") {
        Ok(Kept { media_type: "application/pdf", large: bytes.to_vec(), small: None })
    } else if bytes.is_empty() {
        Err(Error::field("file", "choose a photo or a PDF"))
    } else {
        Err(Error::field("file", "send a JPEG, PNG or WebP picture, or a PDF"))
    }
}

/// The bytes of an attachment, or of its small picture, with its name; also of a withdrawn one, which is evidence.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn read_file(app: &App, right: &Right<ViewRegister>, id: i64, small: bool) -> Result<(File, String)> {
    app.store.read(|conn| {
        let attachment = files::find_attachment(conn, right.scope(), id)?;
        let hash = match (small, attachment.thumbnail_hash) {
            (false, _) => attachment.hash,
            (true, Some(hash)) => hash,
            (true, None) => return Err(Error::NotFound("file".to_owned())),
        };
        Ok((files::find_file(conn, &hash)?, attachment.name))
    })
}

/// Withdraws an attachment and gives the asset it is on; its bytes stay, and of a test's the ledger says so.
///
/// # Errors
/// Not found; a conflict when it is withdrawn already.
pub fn withdraw_file(app: &App, right: &Right<AttachFile>, id: i64) -> Result<i64> {
    app.store.write(right.actor(), |tx| {
        let attachment = files::find_attachment(tx, right.scope(), id)?;
        files::withdraw_attachment(tx, id)?;
        withdraw(tx, attachment.customer_id, &[id])?;
        let event = Event::new("file", id, "withdrawn").of_asset(attachment.customer_id, attachment.asset_id);
        Ok((attachment.asset_id, vec![event.change("name", &attachment.name, "")]))
    })
}
