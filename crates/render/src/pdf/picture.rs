//! Logos and signatures: JPEG as it is, everything else as pixels with its transparency.

use super::deflate;
use crate::RenderError;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use pdf_writer::{Filter, Finish, Pdf, Ref};
use std::io::Cursor;

/// More than this along one side is no logo but an attack on memory.
const MOST_PIXELS: u32 = 6000;

/// Writes a picture at `id` and its transparency, if any, at `mask`; gives its size in pixels.
pub(super) fn write(pdf: &mut Pdf, id: Ref, mask: Ref, bytes: &[u8]) -> Result<[u32; 2], RenderError> {
    let bad = |e: image::ImageError| RenderError::Picture(e.to_string());
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|e| RenderError::Picture(e.to_string()))?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MOST_PIXELS), Some(MOST_PIXELS));
    limits.max_alloc = Some(256 << 20);
    reader.limits(limits);
    let format = reader.format();
    let decoder = reader.into_decoder().map_err(bad)?;
    let (w, h) = decoder.dimensions();
    let colour = decoder.color_type();
    if format == Some(ImageFormat::Jpeg) && matches!(colour, ColorType::L8 | ColorType::Rgb8) {
        write_object(pdf, id, [w, h], bytes, Filter::DctDecode, colour == ColorType::L8, None);
        return Ok([w, h]);
    }
    write_pixels(pdf, id, mask, &DynamicImage::from_decoder(decoder).map_err(bad)?);
    Ok([w, h])
}

fn write_pixels(pdf: &mut Pdf, id: Ref, mask: Ref, picture: &DynamicImage) {
    let size = [picture.width(), picture.height()];
    let clear = picture.color().has_alpha();
    if clear {
        let alpha: Vec<u8> = picture.to_rgba8().pixels().map(|p| p.0[3]).collect();
        write_object(pdf, mask, size, &deflate(&alpha), Filter::FlateDecode, true, None);
    }
    let mask = clear.then_some(mask);
    write_object(pdf, id, size, &deflate(&picture.to_rgb8()), Filter::FlateDecode, false, mask);
}

fn write_object(
    pdf: &mut Pdf,
    id: Ref,
    size: [u32; 2],
    data: &[u8],
    filter: Filter,
    grey: bool,
    mask: Option<Ref>,
) {
    let mut object = pdf.image_xobject(id, data);
    object.filter(filter);
    object.width(size[0] as i32).height(size[1] as i32).bits_per_component(8);
    if grey {
        object.color_space().device_gray();
    } else {
        object.color_space().device_rgb();
    }
    if let Some(mask) = mask {
        object.s_mask(mask);
    }
    object.finish();
}
