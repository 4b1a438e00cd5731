//! A file of records that survives crashes: what append returned Ok for is there after the next open.
//! A record is its length and a checksum (four bytes each), then its bytes.
use std::fs::{rename, File, OpenOptions};
use std::io::{Read, Write};
use std::os::raw::c_int;
use std::os::unix::io::AsRawFd;
use std::path::Path;

extern "C" {
    fn flock(file: c_int, operation: c_int) -> c_int;
}
const LOCK_EX_NB: c_int = 2 | 4;
const HEAD: usize = 8;

pub struct Journal {
    path: String,
    file: File,
    size: u64,
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(2166136261, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(16777619)) // FNV-1a
}

/// None: there is no whole record at the beginning.
fn whole_record(bytes: &[u8]) -> Option<&[u8]> {
    let number = |at: usize| Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let record = bytes.get(HEAD..HEAD + number(0)? as usize)?;
    if checksum(record) == number(4)? { Some(record) } else { None }
}

/// Hands the whole records of a file to each, also beside an instance that writes; answers their size.
pub fn read(path: &str, each: &mut dyn FnMut(&[u8])) -> Result<u64, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).and_then(|mut file| file.read_to_end(&mut bytes));
    file.map_err(|why| format!("cannot read {}: {}", path, why))?;
    let mut size = 0;
    while let Some(record) = whole_record(&bytes[size..]) {
        each(record);
        size += HEAD + record.len();
    }
    Ok(size as u64)
}

/// The file's name is on the disk too, when it returns.
fn sync_folder(path: &str) -> Result<(), String> {
    let folder = Path::new(path).parent().filter(|folder| folder.as_os_str().len() > 0).unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|why| format!("cannot sync the folder of {}: {}", path, why))
}

impl Journal {
    /// Makes the file or hands its whole records to each; what a crash cut off at the end is removed.
    pub fn open(path: &str, mut each: impl FnMut(&[u8])) -> Result<Journal, String> {
        let wrong = |what: &str, why: std::io::Error| format!("cannot {} {}: {}", what, path, why);
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).open(path).map_err(|why| wrong("open", why))?;
        if unsafe { flock(file.as_raw_fd(), LOCK_EX_NB) } != 0 {
            return Err(format!("{} is in use by another instance", path));
        }
        let mut journal = Journal { path: path.to_string(), file, size: 0 };
        journal.size = read(path, &mut each)?;
        journal.file.set_len(journal.size).map_err(|why| wrong("shorten", why))?;
        sync_folder(path)?;
        Ok(journal)
    }

    /// On the disk when it returns, or, without sync, with the next one that syncs. On a failure the
    /// file is as before.
    pub fn append(&mut self, record: &[u8], sync: bool) -> Result<(), String> {
        let length = u32::try_from(record.len()).map_err(|_| "a record has 4 GiB at most".to_string())?;
        let mut bytes = length.to_ne_bytes().to_vec();
        bytes.extend_from_slice(&checksum(record).to_ne_bytes());
        bytes.extend_from_slice(record);
        let mut done = self.file.write_all(&bytes);
        if sync && done.is_ok() {
            done = self.file.sync_data();
        }
        if done.is_err() {
            done = self.file.set_len(self.size).and(done);
        } else {
            self.size += bytes.len() as u64;
        }
        done.map_err(|why| format!("cannot write {}: {}", self.path, why))
    }

    /// Takes the place of an older one, whose file it replaces at once.
    pub fn replace(mut self, old: &mut Journal) -> Result<(), String> {
        rename(&self.path, &old.path).map_err(|why| format!("cannot rename {}: {}", self.path, why))?;
        std::mem::swap(&mut self.path, &mut old.path);
        *old = self;
        sync_folder(&old.path)
    }
}
