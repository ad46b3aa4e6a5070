//! Inflating with a bound: a few bytes may claim to be gigabytes.

use flate2::read::{DeflateDecoder, ZlibDecoder};
use std::io::Read;

/// Inflates a zlib stream of at most `most` bytes.
///
/// # Errors
/// Says that it holds more, or is damaged.
pub(crate) fn zlib(bytes: &[u8], most: usize) -> Result<Vec<u8>, String> {
    bounded(ZlibDecoder::new(bytes), most)
}

/// A bare deflate stream, read as it comes.
pub(crate) fn deflate<R: Read>(bytes: R) -> DeflateDecoder<R> {
    DeflateDecoder::new(bytes)
}

/// Reads all of a source of at most `most` bytes.
///
/// # Errors
/// As [`zlib`].
pub(crate) fn bounded(source: impl Read, most: usize) -> Result<Vec<u8>, String> {
    let mut out = vec![];
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    source.take(limit).read_to_end(&mut out).map_err(|e| format!("the compressed data is damaged ({e})"))?;
    if out.len() > most {
        return Err(format!("the compressed data holds more than {most} bytes"));
    }
    Ok(out)
}
