//! Pictures from outside: decoded within limits and written anew, so that nothing but pixels comes in.

use std::io::Cursor;
use std::sync::Mutex;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::error::{Error, Result};

/// The longest side accepted, in pixels.
const LONGEST_SIDE: u32 = 12_000;
/// The most pixels accepted: phones make 50 million.
const MOST_PIXELS: u64 = 64_000_000;
/// How much memory one picture may take while it is decoded, in bytes.
const MOST_MEMORY: u64 = 400 << 20;

/// One at a time: each may take hundreds of megabytes.
static DECODING: Mutex<()> = Mutex::new(());

/// Decodes a PNG, JPEG or WebP picture and turns it upright; `field` is where an error is shown.
///
/// # Errors
/// A field error for anything that is no such picture, or has too many pixels.
pub fn decode(field: &str, bytes: &[u8]) -> Result<DynamicImage> {
    let _turn =
        DECODING.lock().map_err(|_| Error::Internal("decoding a picture panicked before".to_owned()))?;
    let wrong = |why: String| Error::field(field, why);
    let unknown = || wrong("this is not a PNG, JPEG or WebP picture".to_owned());
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| unknown())?;
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP];
    if !reader.format().is_some_and(|format| known.contains(&format)) {
        return Err(unknown());
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LONGEST_SIDE), Some(LONGEST_SIDE));
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let unreadable = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => {
            wrong(format!("this picture's pixels are too many; send at most {LONGEST_SIDE} a side"))
        }
        error => wrong(format!("this picture cannot be read: {error}")),
    };
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(wrong(format!("{width} x {height} pixels are too many; send at most 64 million")));
    }
    let orientation = decoder.orientation().map_err(unreadable)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Decodes a picture and writes it as a PNG of at most this many pixels, transparency kept.
///
/// # Errors
/// As [`decode`].
pub fn recode_png(field: &str, bytes: &[u8], (width, height): (u32, u32)) -> Result<Vec<u8>> {
    let mut picture = decode(field, bytes)?;
    if picture.width() > width || picture.height() > height {
        picture = picture.resize(width, height, image::imageops::FilterType::Triangle);
    }
    let picture = match picture.color().has_alpha() {
        true => DynamicImage::from(picture.to_rgba8()),
        false => DynamicImage::from(picture.to_rgb8()),
    };
    let mut png = Cursor::new(vec![]);
    picture.write_to(&mut png, ImageFormat::Png).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(png.into_inner())
}
