//! The Seaward ".GAR" container: a super string and its photos, each compressed and masked.

use super::place::{FileError, Place, Refusal};
use super::record::{Photo, TestRecord};
use super::sss::SssReader;
use crate::inflate;
use std::collections::HashMap;
use std::io::Cursor;

/// Magic and version.
pub(crate) const MAGIC: [u8; 4] = [0xca, 0xbc, 0xab, 0x01];
/// The longest file name, in bytes.
const LONGEST_NAME: usize = 1024;
/// Length of the header inside each file, and the method of masking; nothing else is known.
const METHOD: [u8; 4] = [0x00, 0x0c, 0x00, 0x01];
/// The longest asset code of a super string, in bytes.
const LONGEST_CODE: usize = 16;
/// Deflate cannot compress further than this; a file that claims more lies.
const BEST_RATIO: usize = 1040;

/// How much a container may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GarLimits {
    /// Bytes of one file in it, inflated.
    pub file: usize,
    /// Bytes of all its files, inflated.
    pub total: usize,
    /// How many files.
    pub files: usize,
}

impl Default for GarLimits {
    fn default() -> Self {
        Self { file: 64_000_000, total: 256_000_000, files: 20_000 }
    }
}

/// A file out of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    name: String,
    bytes: Vec<u8>,
}

/// The tests of a container with their photos.
pub struct GarReader {
    records: SssReader<Cursor<Vec<u8>>>,
    photos: Vec<Option<Photo>>,
    photos_by_key: HashMap<String, Vec<usize>>,
    bad: std::vec::IntoIter<Refusal>,
    warnings: Vec<String>,
}

impl GarReader {
    /// Opens a container; a file in it that cannot be unpacked is refused as a record of its own.
    ///
    /// # Errors
    /// Says so where it is no container, or holds no super string.
    pub fn new(bytes: &[u8], limits: &GarLimits) -> Result<Self, FileError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or_else(|| {
            FileError::new("the file does not start with CA BC AB 01", "a GAR container of version 1")
        })?;
        let (mut tests, mut photos, mut bad, mut warnings) = (vec![], vec![], vec![], vec![]);
        let mut files = Files { bytes, at: bytes.len() - rest.len(), left: limits.total, count: 0, limits };
        while let Some(found) = files.next_file() {
            match found {
                Ok(inner) if is_super_string(&inner) => tests.push(inner),
                Ok(Inner { name, bytes }) if is_picture(&bytes) => photos.push(Photo { name, bytes }),
                Ok(inner) => warnings.push(format!(
                    "The file \"{}\" is neither tests nor a photo; it is left out.",
                    inner.name
                )),
                Err(refusal) => bad.push(refusal),
            }
        }
        if tests.is_empty() && bad.is_empty() {
            return Err(FileError::new(
                "the container holds no tests",
                "a GAR container with an SSS file in it",
            ));
        }
        if tests.len() > 1 {
            warnings.push(format!(
                "The container holds {} files of tests; they are read one after another.",
                tests.len()
            ));
        }
        let joined: Vec<u8> = tests.into_iter().flat_map(|inner| inner.bytes).collect();
        let records = SssReader::new(Cursor::new(joined));
        let photos_by_key = index(&photos);
        let photos = photos.into_iter().map(Some).collect();
        Ok(Self { records, photos, photos_by_key, bad: bad.into_iter(), warnings })
    }

    /// What seemed odd about the file as a whole, so far.
    pub fn warnings(&self) -> Vec<String> {
        let mut all = self.warnings.clone();
        all.extend_from_slice(self.records.warnings());
        let left: Vec<&str> = self.photos.iter().flatten().map(|p| p.name.as_str()).collect();
        if let Some(some) = left.get(..left.len().min(20)).filter(|some| !some.is_empty()) {
            all.push(format!("{} photos belong to no test so far: {}.", left.len(), some.join(", ")));
        }
        all
    }

    /// The photos that no record has taken; call it once the records are at their end.
    pub fn photos_left(&mut self) -> Vec<Photo> {
        std::mem::take(&mut self.photos).into_iter().flatten().collect()
    }

    /// A photo belongs to the first record that names it in a comment, or whose asset's code it bears.
    fn claim(&mut self, record: &mut TestRecord) {
        let words = record.comments.iter().flat_map(|c| c.split_whitespace());
        let keys: Vec<&str> = words.chain([record.asset_code.as_str()]).collect();
        let mut found: Vec<usize> =
            keys.iter().filter_map(|key| self.photos_by_key.get(*key)).flatten().copied().collect();
        found.sort_unstable();
        for at in found {
            if let Some(photo) = self.photos.get_mut(at).and_then(Option::take) {
                record.photo_names.push(photo.name.clone());
                record.photos.push(photo);
            }
        }
    }
}

/// Where each photo is found: by its file name, and by what an asset's code would be: "12_1.jpg" belongs to 12,
/// "123.jpg" does not.
fn index(photos: &[Photo]) -> HashMap<String, Vec<usize>> {
    let mut keys: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, photo) in photos.iter().enumerate() {
        let file = photo.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let ends = stem.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(end, _)| end);
        let codes = ends.take_while(|end| *end <= LONGEST_CODE).filter_map(|end| stem.get(..end));
        let mut of_photo: Vec<&str> = codes.chain([file, stem]).filter(|key| !key.is_empty()).collect();
        of_photo.sort_unstable();
        of_photo.dedup();
        for key in of_photo {
            keys.entry(key.to_owned()).or_default().push(at);
        }
    }
    keys
}

fn is_super_string(inner: &Inner) -> bool {
    inner.name.to_lowercase().ends_with(".sss")
        || (matches!(inner.bytes.first(), Some(0x54 | 0x55)) && !is_picture(&inner.bytes))
}

fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xd8, 0xff]) || bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"BM")
}

impl Iterator for GarReader {
    type Item = Result<TestRecord, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(refusal) = self.bad.next() {
            return Some(Err(refusal));
        }
        Some(self.records.next()?.map(|mut record| {
            self.claim(&mut record);
            record
        }))
    }
}

/// Walks over the files of a container.
struct Files<'a> {
    bytes: &'a [u8],
    at: usize,
    left: usize,
    count: usize,
    limits: &'a GarLimits,
}

impl<'a> Files<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn length(&mut self) -> Option<usize> {
        u32be(self.take(4)?)
    }

    fn next_file(&mut self) -> Option<Result<Inner, Refusal>> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let start = self.at;
        self.count += 1;
        let place = Place::offset(self.count, start as u64);
        let read = self.file();
        Some(read.map_err(|reason| {
            Refusal::of(place, reason, "a file as the tester packed it").field("file in the container")
        }))
    }

    fn file(&mut self) -> Result<Inner, String> {
        if self.count > self.limits.files {
            self.at = self.bytes.len();
            return Err(format!("the container holds more than {} files", self.limits.files));
        }
        let Some((name, body)) = self.named_body() else {
            self.at = self.bytes.len();
            return Err("the file's header is damaged or cut short; what follows cannot be found".to_owned());
        };
        let bytes =
            unpack(body, self.limits.file.min(self.left)).map_err(|why| format!("\"{name}\": {why}"))?;
        self.left -= bytes.len();
        Ok(Inner { name, bytes })
    }

    fn named_body(&mut self) -> Option<(String, &'a [u8])> {
        let length = self.length().filter(|n| *n <= LONGEST_NAME)?;
        let name = String::from_utf8_lossy(self.take(length)?).into_owned();
        let size = self.length()?;
        Some((name, self.take(size)?))
    }
}

fn u32be(bytes: &[u8]) -> Option<usize> {
    word(bytes).and_then(|n| usize::try_from(n).ok())
}

fn word(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk::<4>().map(|b| u32::from_be_bytes(*b))
}

fn unpack(body: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let cut = || "its header is cut short".to_owned();
    if body.get(..4) != Some(&METHOD) {
        return Err("it is masked in an unknown way".to_owned());
    }
    let timestamp = body.get(4..).and_then(word).ok_or_else(cut)?;
    let claimed = body.get(8..).and_then(word).ok_or_else(cut)?;
    let length = usize::try_from(claimed).map_err(|_| cut())?;
    let masked = body.get(12..).ok_or_else(cut)?;
    if length > most || length / BEST_RATIO > masked.len() {
        return Err(format!("it claims to hold {length} bytes, more than it may or can"));
    }
    let mut mask = Mask { x: timestamp, y: claimed, z: 521_288_629, w: 88_675_123 };
    let plain: Vec<u8> = masked.iter().map(|b| b.wrapping_sub(mask.next())).collect();
    let (prefix, packed) = plain.split_at_checked(4).ok_or_else(cut)?;
    if u32be(prefix) != Some(length) {
        return Err("its two lengths differ: it is damaged".to_owned());
    }
    let bytes = inflate::zlib(packed, length)?;
    if bytes.len() != length {
        return Err(format!("it holds {} bytes instead of {length}", bytes.len()));
    }
    Ok(bytes)
}

/// Marsaglia's xorshift-128, whose low bytes were added to the file's.
struct Mask {
    x: u32,
    y: u32,
    z: u32,
    w: u32,
}

impl Mask {
    fn next(&mut self) -> u8 {
        let t = self.x ^ (self.x << 11);
        (self.x, self.y, self.z) = (self.y, self.z, self.w);
        self.w = self.w ^ (self.w >> 19) ^ t ^ (t >> 8);
        self.w.to_le_bytes()[0]
    }
}

#[cfg(test)]
#[path = "gar_tests.rs"]
mod tests;
