//! Photos of what failed and of the tests covered, drawn small.

use std::collections::{BTreeMap, BTreeSet};

use domain::certificate::Photo;
use domain::schedule::local_date;
use domain::verdict::Verdict;
use store::AnyConnection;
use store::files::{find_file, list_photos_of};
use store::tests::RecordedTest;

use super::draft::Ground;
use super::single::shown_tag;
use super::words;
use crate::actions::photos::draw_small;
use crate::error::Result;

/// More photos than this make a file that no mail box takes; the rest stay with the records.
const MOST: usize = 36;

/// Photos by their hash, drawn small already: a certificate that is gathered twice draws each once.
pub(super) type Drawn = BTreeMap<String, Vec<u8>>;

/// The photos that belong to these tests, or to items that failed, without their bytes; how many there was no room for.
pub(super) fn list_photos(
    conn: &mut AnyConnection,
    ground: &Ground,
    tests: &[RecordedTest],
) -> Result<(Vec<Photo>, usize)> {
    let ids: Vec<String> = tests.iter().map(|test| test.row.id.clone()).collect();
    let failed: BTreeSet<i64> = tests
        .iter()
        .filter(|test| test.row.verdict.0 == Verdict::Fail)
        .map(|test| test.row.asset_id)
        .collect();
    let failed: Vec<i64> = failed.into_iter().collect();
    let found = list_photos_of(conn, ground.customer.id, (&failed, &ids))?;
    let left_out = found.len().saturating_sub(MOST);
    let photos = found.into_iter().take(MOST).filter_map(|photo| {
        // A test's own photo shows that test; another shows the item as it stood at its fail.
        let own = tests.iter().find(|test| photo.test_id.as_ref() == Some(&test.row.id));
        let of_asset = || tests.iter().filter(|test| test.row.asset_id == photo.asset_id);
        let fail = || of_asset().find(|test| test.row.verdict.0 == Verdict::Fail);
        let test = own.or_else(fail)?;
        let asset = &test.evidence.asset;
        let place = asset.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
        let reason = match test.row.verdict.0 {
            Verdict::Fail => format!(": {}", words::reason_in(ground.language, &test.evidence)),
            _ => String::new(),
        };
        Some(Photo {
            tag: shown_tag(&asset.tag),
            caption: format!("{}{place}{reason}", asset.description),
            on: Some(local_date(photo.at.utc(), ground.zone)),
            hash: photo.hash,
            image: vec![],
        })
    });
    Ok((photos.collect(), left_out))
}

/// Adds the bytes.
pub(super) fn draw(conn: &mut AnyConnection, photos: &mut [Photo], drawn: &mut Drawn) -> Result<()> {
    for photo in photos {
        let known = drawn.get(&photo.hash).cloned();
        photo.image = match known {
            Some(image) => image,
            None => {
                let image = draw_small(&find_file(conn, &photo.hash)?.bytes)?;
                drawn.insert(photo.hash.clone(), image.clone());
                image
            }
        };
    }
    Ok(())
}
