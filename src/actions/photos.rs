//! Pictures from outside: decoded within limits, turned upright, drawn anew. Nothing of the bytes sent survives,
//! so neither does what was hidden in them.

use std::io::Cursor;
use std::sync::Mutex;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

use crate::error::{Error, Result};

/// The longer side of a stored photo, in pixels.
const LARGE: u32 = 1600;
/// The longer side of a thumbnail, in pixels.
const SMALL: u32 = 320;
/// The longest side accepted, in pixels.
const LONGEST_SIDE: u32 = 12_000;
/// The most pixels accepted: phones make 50 million.
const MOST_PIXELS: u64 = 64_000_000;
/// The most memory that decoding may take, in bytes.
const MOST_MEMORY: u64 = 400 << 20;
/// Quality of the JPEG, of 100.
const QUALITY: u8 = 82;

/// One at a time: each may take hundreds of megabytes.
static DECODING: Mutex<()> = Mutex::new(());

/// A photo fit to be kept: JPEG, large and small.
#[derive(Debug)]
pub struct Photo {
    /// At most 1600 pixels.
    pub large: Vec<u8>,
    /// At most 320 pixels.
    pub small: Vec<u8>,
}

/// Whether the bytes begin like a picture that is accepted.
pub fn is_picture(bytes: &[u8]) -> bool {
    matches!(image::guess_format(bytes), Ok(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP))
}

/// Draws a photo anew.
///
/// # Errors
/// A field error when it is no JPEG, PNG or WebP, is broken, or has too many pixels.
pub fn draw_anew(bytes: &[u8]) -> Result<Photo> {
    let _turn =
        DECODING.lock().map_err(|_| Error::Internal("decoding a picture panicked before".to_owned()))?;
    let picture = upright(bytes).map_err(|message| Error::field("file", message))?;
    Ok(Photo { large: jpeg(&picture, LARGE)?, small: jpeg(&picture, SMALL)? })
}

fn upright(bytes: &[u8]) -> std::result::Result<DynamicImage, String> {
    let broken = |error: image::ImageError| format!("this picture cannot be read: {error}");
    if !is_picture(bytes) {
        return Err("send a JPEG, PNG or WebP picture".to_owned());
    }
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|e| e.to_string())?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!("{width} x {height} pixels are too many; send at most 64 million"));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn jpeg(picture: &DynamicImage, side: u32) -> Result<Vec<u8>> {
    let fits = picture.width() <= side && picture.height() <= side;
    let rgb =
        if fits { on_white(picture) } else { on_white(&picture.resize(side, side, FilterType::Triangle)) };
    let mut bytes = vec![];
    let drawn = JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&rgb);
    drawn.map_err(|error| Error::Internal(format!("drawing a picture: {error}")))?;
    Ok(bytes)
}

/// What is transparent becomes white: JPEG would make it black.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let blend = |c: u8| ((u16::from(c) * u16::from(a) + 255 * (255 - u16::from(a))) / 255) as u8;
        Rgb([blend(r), blend(g), blend(b)])
    })
}
