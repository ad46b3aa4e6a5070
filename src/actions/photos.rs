//! Photos: drawn anew, large and small. Nothing of the bytes sent survives, so neither does what was hidden in them.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::actions::pictures::decode;
use crate::error::{Error, Result};

/// The longer side of a stored photo, in pixels.
const LARGE: u32 = 1600;
/// The longer side of a thumbnail, in pixels.
const SMALL: u32 = 320;
/// The longer side of a photo on paper, in pixels: 240 dots an inch at the width it is printed.
const ON_PAPER: u32 = 800;
/// Quality of the JPEG, of 100.
const QUALITY: u8 = 82;

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
    let picture = decode("file", bytes)?;
    Ok(Photo { large: jpeg(&picture, LARGE)?, small: jpeg(&picture, SMALL)? })
}

/// Draws a stored photo small enough for paper.
///
/// # Errors
/// Internal for what is no photo of ours.
pub fn draw_small(bytes: &[u8]) -> Result<Vec<u8>> {
    let broken = |_| Error::Internal("a stored photo cannot be read".to_owned());
    jpeg(&decode("file", bytes).map_err(broken)?, ON_PAPER)
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
