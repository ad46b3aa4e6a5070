//! Photos of a container: drawn anew when the file is read, attached when their test is published.

use domain::event::Event;
use store::Tx;
use store::assets::Asset;
use store::files::{attach_by, put_file, withdraw_attachment};
use store::test_imports::{ImportPhoto, TestImport, insert_photo, list_photos, set_photo_attached};

use super::judging::clean;
use super::stage::Item;
use crate::actions::photos::{Photo, draw_anew};
use crate::error::Result;

/// The most photos of one record.
const MOST: usize = 20;

/// A photo drawn anew, not yet stored.
pub(super) struct Picture {
    row: ImportPhoto,
    photo: Photo,
}

/// Takes the photos out of a batch and draws them anew; what is no picture is told and left out.
pub(super) fn redraw(items: &mut [Item], import: &TestImport, warnings: &mut Vec<String>) -> Vec<Picture> {
    let mut pictures = vec![];
    for (record, item) in items {
        let Ok(test) = item else { continue };
        for (number, photo) in (1..).zip(std::mem::take(&mut test.photos).into_iter().take(MOST)) {
            let name = clean(&photo.name, 120);
            match draw_anew(&photo.bytes) {
                Ok(drawn) => {
                    let row = ImportPhoto {
                        import_id: import.id,
                        record: *record,
                        number,
                        customer_id: import.customer_id,
                        name,
                        hash: String::new(),
                        thumbnail_hash: String::new(),
                        attachment_id: None,
                    };
                    pictures.push(Picture { row, photo: drawn });
                }
                Err(error) => warnings.push(format!("The photo \"{name}\" is left out. {error}")),
            }
        }
    }
    pictures
}

/// Keeps drawn photos for when their tests are published.
pub(super) fn keep(tx: &mut Tx, pictures: &[Picture]) -> Result<()> {
    for Picture { row, photo } in pictures {
        let hash = put_file(tx, "image/jpeg", &photo.large)?;
        let thumbnail_hash = put_file(tx, "image/jpeg", &photo.small)?;
        insert_photo(tx, &ImportPhoto { hash, thumbnail_hash, ..row.clone() })?;
    }
    Ok(())
}

/// Attaches the photos of a record to its test; gives the numbers of the attachments with the events.
pub(super) fn attach(
    tx: &mut Tx,
    (import_id, record): (i64, i64),
    (asset, test_id, person_id): (&Asset, &str, i64),
) -> Result<(Vec<i64>, Vec<Event>)> {
    let (mut ids, mut events) = (vec![], vec![]);
    for photo in list_photos(tx, import_id, (record, record))? {
        let hashes = (photo.hash.as_str(), Some(photo.thumbnail_hash.as_str()));
        let id = attach_by(tx, person_id, asset, Some(test_id), hashes, &photo.name)?;
        set_photo_attached(tx, &photo, Some(id))?;
        ids.push(id);
        let event = Event::new("file", id, "attached").of_asset(asset.customer_id, asset.id);
        events.push(event.change("name", "", &photo.name).change("SHA-256", "", &photo.hash));
    }
    Ok((ids, events))
}

/// Withdraws the photos that some records of an import brought in; gives the numbers of the attachments.
pub(super) fn withdraw(tx: &mut Tx, import_id: i64, ends: (i64, i64)) -> Result<Vec<i64>> {
    let mut withdrawn = vec![];
    for photo in list_photos(tx, import_id, ends)? {
        if let Some(id) = photo.attachment_id {
            match withdraw_attachment(tx, id) {
                Ok(()) => withdrawn.push(id),
                // Somebody withdrew it by hand before.
                Err(store::Error::Taken(_)) => {}
                Err(error) => return Err(error.into()),
            }
            set_photo_attached(tx, &photo, None)?;
        }
    }
    Ok(withdrawn)
}
