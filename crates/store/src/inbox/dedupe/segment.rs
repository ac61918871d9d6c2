//! A sealed generation: keys sorted in a file that never changes again.
//!
//! Layout: magic, generation, newest key's time, key count (8 bytes each, little endian), then
//! 16 bytes per key (id, body), then the filter.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use model::Millis;

use super::filter::Filter;
use crate::inbox::DedupeKey;

const MAGIC: &[u8; 8] = b"SBKEYS01";
const HEADER: u64 = 32;
pub(super) const KEY_BYTES: usize = 16;
/// Below this many keys, one read takes them all.
const BLOCK_KEYS: u64 = 256;

#[derive(Debug)]
pub(super) struct Segment {
    pub generation: i64,
    /// When its newest key was committed.
    pub newest: Millis,
    path: PathBuf,
    file: File,
    count: u64,
    /// Given up when all filters together outgrow their budget; the file still answers.
    pub filter: Option<Filter>,
}

pub(super) fn pack(key: &DedupeKey) -> [u8; KEY_BYTES] {
    let mut packed = [0; KEY_BYTES];
    packed[..12].copy_from_slice(&key.id);
    packed[12..].copy_from_slice(&key.body.to_le_bytes());
    packed
}

pub(super) fn unpack(packed: &[u8; KEY_BYTES]) -> DedupeKey {
    let mut key = DedupeKey { id: [0; 12], body: 0 };
    key.id.copy_from_slice(&packed[..12]);
    let mut body = [0; 4];
    body.copy_from_slice(&packed[12..]);
    key.body = u32::from_le_bytes(body);
    key
}

pub(super) fn path_of(dir: &Path, generation: i64) -> PathBuf {
    dir.join(format!("{generation:010}.keys"))
}

impl Segment {
    /// Writes a generation: beside its place, synced, then renamed, so that a file by this name
    /// is always whole.
    pub fn write(
        dir: &Path,
        generation: i64,
        newest: Millis,
        mut keys: Vec<DedupeKey>,
    ) -> io::Result<Segment> {
        keys.sort_unstable();
        let mut filter = Filter::for_keys(keys.len());
        let mut bytes = Vec::with_capacity(HEADER as usize + keys.len() * KEY_BYTES);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&generation.to_le_bytes());
        bytes.extend_from_slice(&newest.to_le_bytes());
        bytes.extend_from_slice(&(keys.len() as u64).to_le_bytes());
        for key in &keys {
            filter.insert(&key.id);
            bytes.extend_from_slice(&pack(key));
        }
        let path = path_of(dir, generation);
        let unfinished = path.with_extension("tmp");
        let mut file = File::create(&unfinished)?;
        file.write_all(&bytes)?;
        file.write_all(&filter.to_bytes())?;
        file.sync_all()?;
        std::fs::rename(&unfinished, &path)?;
        File::open(dir)?.sync_all()?;
        Ok(Segment {
            generation,
            newest,
            count: keys.len() as u64,
            file: File::open(&path)?,
            path,
            filter: Some(filter),
        })
    }

    pub fn open(path: &Path) -> io::Result<Segment> {
        let broken = |what| io::Error::new(io::ErrorKind::InvalidData, what);
        let file = File::open(path)?;
        let mut header = [0; HEADER as usize];
        file.read_exact_at(&mut header, 0)?;
        let (fields, _) = header.as_chunks::<8>();
        if &fields[0] != MAGIC {
            return Err(broken("not a file of dedupe keys"));
        }
        let count = u64::from_le_bytes(fields[3]);
        let keys_end = HEADER + count * KEY_BYTES as u64;
        let filter_bytes = file.metadata()?.len().checked_sub(keys_end);
        let filter_bytes = filter_bytes.ok_or_else(|| broken("dedupe keys are cut short"))?;
        let mut filter = vec![0; usize::try_from(filter_bytes).map_err(io::Error::other)?];
        file.read_exact_at(&mut filter, keys_end)?;
        Ok(Segment {
            generation: i64::from_le_bytes(fields[1]),
            newest: Millis::from_le_bytes(fields[2]),
            path: path.to_owned(),
            filter: Some(Filter::from_bytes(&filter).ok_or_else(|| broken("filter is cut short"))?),
            file,
            count,
        })
    }

    pub fn filter_bytes(&self) -> usize {
        self.filter.as_ref().map_or(0, Filter::bytes)
    }

    /// The body that was kept under this id.
    pub fn find(&self, id: &[u8; 12]) -> io::Result<Option<u32>> {
        if self.filter.as_ref().is_some_and(|f| !f.may_contain(id)) {
            return Ok(None);
        }
        let (mut low, mut high) = (0, self.count);
        while high - low > BLOCK_KEYS {
            let middle = low + (high - low) / 2;
            let mut at_middle = [0; 12];
            self.file.read_exact_at(&mut at_middle, HEADER + middle * KEY_BYTES as u64)?;
            if at_middle <= *id {
                low = middle;
            } else {
                high = middle;
            }
        }
        let mut block = [0; BLOCK_KEYS as usize * KEY_BYTES];
        let block = &mut block[..(high - low) as usize * KEY_BYTES];
        self.file.read_exact_at(block, HEADER + low * KEY_BYTES as u64)?;
        let (keys, _) = block.as_chunks::<KEY_BYTES>();
        let found = keys.binary_search_by(|packed| packed[..12].cmp(id));
        Ok(found.ok().map(|index| unpack(&keys[index]).body))
    }

    pub fn delete(self) {
        if let Err(e) = std::fs::remove_file(&self.path) {
            tracing::warn!(file = %self.path.display(), error = %e, "expired dedupe keys stay");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_again_with_and_without_filter() {
        let dir = tempfile::tempdir().expect("dir");
        let key = |n: u64| {
            let mut id = [0; 12];
            id.copy_from_slice(&blake3::hash(&n.to_le_bytes()).as_bytes()[..12]);
            DedupeKey { id, body: n as u32 }
        };
        for count in [0, 1, 255, 256, 257, 5_000] {
            let keys = (0..count).map(key).collect();
            Segment::write(dir.path(), 7, 99, keys).expect("written");
            let mut segment = Segment::open(&path_of(dir.path(), 7)).expect("opened");
            assert_eq!((segment.generation, segment.newest), (7, 99));
            for _ in 0..2 {
                for n in 0..count {
                    assert_eq!(segment.find(&key(n).id).expect("read"), Some(n as u32));
                }
                assert_eq!(segment.find(&key(count + 1).id).expect("read"), None);
                segment.filter = None;
            }
        }
    }

    #[test]
    fn a_damaged_file_is_refused() {
        let dir = tempfile::tempdir().expect("dir");
        let path = path_of(dir.path(), 1);
        std::fs::write(&path, b"SBKEYS02").expect("write");
        Segment::open(&path).expect_err("too short");
        std::fs::write(&path, [0; 64]).expect("write");
        Segment::open(&path).expect_err("no magic");
    }
}
