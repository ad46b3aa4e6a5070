//! Whether the photos and documents of tests are those that the ledger names.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{ASTRAY, Verdict, broken};
use crate::error::Result;
use crate::files::Attachment;
use crate::portable::AnyConnection;
use crate::schema::{attachments, test_photos};
use crate::test_photos::{TestPhoto, facts_of_files, find_attachments};

/// Rows read at once.
const ROWS: i64 = 1000;

/// Checks what each row of the ledger says of a file against what is attached, and that nothing else is attached to a
/// test. The bytes are held against their hashes with those of all files.
pub(super) fn check_photos(conn: &mut AnyConnection) -> Verdict<()> {
    let mut last = String::new();
    loop {
        let page: Vec<TestPhoto> = TestPhoto::query()
            .filter(test_photos::id.gt(&last))
            .order(test_photos::id)
            .limit(ROWS)
            .load(conn)?;
        let Some(end) = page.last() else { return check_unknown(conn) };
        let (before, end) = (last, end.id.clone());
        if let Some(astray) = page.iter().find(|photo| photo.id <= before) {
            return broken(format!("photo {} of test {}", astray.id, astray.test_id), ASTRAY);
        }
        last = end;
        if let Some((photo, why)) = first_wrong(conn, &page)? {
            return broken(format!("photo {} of test {}", photo.id, photo.test_id), why);
        }
    }
}

fn first_wrong<'a>(
    conn: &mut AnyConnection,
    page: &'a [TestPhoto],
) -> Result<Option<(&'a TestPhoto, String)>> {
    let ids: Vec<i64> = page.iter().map(|photo| photo.attachment_id).collect();
    let attached = find_attachments(conn, &ids)?;
    let hashes: BTreeSet<&str> = page.iter().map(|photo| photo.hash.as_str()).collect();
    let facts = facts_of_files(conn, &hashes)?;
    let own: Vec<&str> = page.iter().map(|photo| photo.id.as_str()).collect();
    let withdrawn: Vec<Option<String>> = test_photos::table
        .filter(test_photos::withdraws.eq_any(own))
        .select(test_photos::withdraws)
        .load(conn)?;
    let withdrawn: BTreeSet<String> = withdrawn.into_iter().flatten().collect();
    for photo in page {
        let file = facts.get(&photo.hash);
        let why = match (attached.get(&photo.attachment_id), file) {
            (_, None) => Some(format!("its file {} is gone", photo.hash)),
            (_, Some((media_type, size))) if (media_type, size) != (&photo.media_type, &photo.size) => {
                Some(format!("its file {} was altered", photo.hash))
            }
            (None, _) => Some(format!("its attachment {} is gone", photo.attachment_id)),
            (Some(attachment), _) => differs(photo, attachment, withdrawn.contains(&photo.id)),
        };
        if let Some(why) = why {
            return Ok(Some((photo, why)));
        }
    }
    Ok(None)
}

/// How an attachment differs from what the ledger says of it.
fn differs(photo: &TestPhoto, attachment: &Attachment, withdrawn: bool) -> Option<String> {
    let id = attachment.id;
    let of = (attachment.customer_id, attachment.asset_id, attachment.test_id.as_deref());
    if of != (photo.customer_id, photo.asset_id, Some(photo.test_id.as_str())) {
        return Some(format!("its attachment {id} is shown as another's"));
    }
    if (&attachment.hash, &attachment.thumbnail_hash) != (&photo.hash, &photo.thumbnail_hash) {
        return Some(format!("its attachment {id} shows another file"));
    }
    // A withdrawal's own row says nothing more of the attachment.
    match (photo.withdraws.is_some(), attachment.withdrawn_at.is_some(), withdrawn) {
        (true, true, _) | (false, true, true) | (false, false, false) => None,
        (_, true, false) => Some(format!("its attachment {id} was taken away without a record")),
        (_, false, _) => Some(format!("its attachment {id} was withdrawn and is shown again")),
    }
}

/// What is attached to a test without standing in the ledger.
fn check_unknown(conn: &mut AnyConnection) -> Verdict<()> {
    let known = test_photos::table
        .filter(test_photos::attachment_id.eq(attachments::id).and(test_photos::withdraws.is_null()));
    let unknown: Option<(i64, Option<String>)> = attachments::table
        .filter(attachments::test_id.is_not_null())
        .filter(diesel::dsl::not(diesel::dsl::exists(known)))
        .order(attachments::id)
        .select((attachments::id, attachments::test_id))
        .first(conn)
        .optional()?;
    match unknown {
        Some((id, test)) => {
            let what = format!("attachment {id} of test {}", test.unwrap_or_default());
            broken(what, "is not in the ledger: it was put there by another hand")
        }
        None => Ok(Ok(())),
    }
}

/// What a file is called where it is one of a test's.
pub(super) fn named(conn: &mut AnyConnection, hash: &str) -> Result<String> {
    let of = test_photos::hash.eq(hash).or(test_photos::thumbnail_hash.eq(hash));
    let test: Option<String> = test_photos::table
        .filter(of)
        .order(test_photos::seq)
        .select(test_photos::test_id)
        .first(conn)
        .optional()?;
    Ok(match test {
        Some(test) => format!("file {hash}, a photo of test {test}"),
        None => format!("file {hash}"),
    })
}
