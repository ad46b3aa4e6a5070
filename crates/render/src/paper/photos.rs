//! Photos, two beside each other, each with its tag, what it shows and its date.

use super::flow::{Flow, UPRIGHT_MM};
use super::style::{BODY, SMALL, STRONG};
use super::{Album, Picture};
use crate::RenderError;
use crate::pdf::Document;
use domain::certificate::Photo;
use domain::label::Mark;
use domain::wording::fill;

const HEIGHT_MM: f64 = 64.0;
const GAP_MM: f64 = 8.0;

/// Photos whose pictures are in the document.
pub(crate) fn add<'a>(
    album: &mut Album,
    document: &mut Document,
    photos: &'a [Photo],
) -> Result<Vec<(&'a Photo, Picture)>, RenderError> {
    let mut added = Vec::with_capacity(photos.len());
    for photo in photos {
        if let Some(picture) = album.add(document, Some(&photo.image))? {
            added.push((photo, picture));
        }
    }
    Ok(added)
}

/// Draws them on upright pages of their own.
pub(crate) fn draw(flow: &mut Flow, photos: &[(&Photo, Picture)], left_out: usize) {
    if photos.is_empty() && left_out == 0 {
        return;
    }
    flow.turn(UPRIGHT_MM, 17.0);
    flow.bookmark(1, flow.words.photos);
    flow.heading(flow.words.photos, HEIGHT_MM);
    let width = (flow.width_mm - GAP_MM) / 2.0;
    for row in photos.chunks(2) {
        let captions: Vec<Vec<String>> =
            row.iter().map(|(photo, _)| SMALL.wrap(&photo.caption, width)).collect();
        let most = captions.iter().map(Vec::len).max().unwrap_or(0);
        let caption_mm = STRONG.line_mm() + SMALL.block_mm(most) + 1.0;
        flow.keep(HEIGHT_MM + caption_mm + 3.0);
        let top = flow.y_mm;
        for (index, ((photo, picture), caption)) in row.iter().zip(&captions).enumerate() {
            let x_mm = flow.left_mm + index as f64 * (width + GAP_MM);
            let [w_mm, h_mm] = picture.within_mm(width, HEIGHT_MM);
            flow.push(Mark::Image { x_mm, y_mm: top + HEIGHT_MM - h_mm, w_mm, h_mm, image: picture.number });
            let y = top + HEIGHT_MM + 2.0;
            let date = photo.on.map(|d| flow.language.day(d)).unwrap_or_default();
            flow.push(STRONG.line(x_mm, y, photo.tag.as_str()));
            flow.push(SMALL.line_to(x_mm + width, y, date));
            SMALL.lines(flow.marks(), x_mm, y + STRONG.line_mm(), caption);
        }
        flow.y_mm = top + HEIGHT_MM + caption_mm + 6.0;
    }
    if left_out > 0 {
        let text = fill(flow.words.photo_left_out, &[&left_out.to_string()]);
        flow.paragraph(&text, BODY);
    }
}
