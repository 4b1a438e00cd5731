//! What tw.storage/1, tw.feed/1 and tw.draft.command/1 hand over: copies of the C structs in
//! tickwork/kind/storage.h and tickwork/draft/command.h.
use crate::arrow::{Array, ArrayStream, Schema};
use crate::tickwork::*;
use std::os::raw::{c_char, c_void};

pub const EQ: u32 = 1;
pub const MATCH: u32 = 3;
pub const NO_MATCH: u32 = 4;
pub const SCAN_DESCENDING: u32 = 1;
pub const DONE: i32 = 3;
pub const E_NOT_FOUND: i32 = -3;

pub const DATABASES: u32 = 1;
pub const RETENTION_POLICIES: u32 = 2;
pub const MEASUREMENTS: u32 = 3;
pub const TAG_KEYS: u32 = 4;
pub const TAG_VALUES: u32 = 5;
pub const FIELD_KEYS: u32 = 6;
pub const SERIES: u32 = 7;
pub const SHARDS: u32 = 8;
pub const SUBSCRIPTIONS: u32 = 9;
pub const ROWS: u32 = 10; // drop only
pub const USERS: u32 = 11;
pub const GRANTS: u32 = 12;
pub const CONTINUOUS_QUERIES: u32 = 13;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Where { pub tag: Str, pub value: Str, pub op: u32, pub pad: u32 }
#[repr(C)]
pub struct Scan {
    pub size: u32, pub flags: u32, pub database: Str, pub retention: Str, pub measurement: Str,
    pub from_ns: i64, pub to_ns: i64, pub columns: *const Str, pub n_columns: usize,
    pub conditions: *const Where, pub n_conditions: usize, pub limit: u64, pub name: Str,
}
#[repr(C)]
pub struct Run { pub size: u32, pub n_tags: u32, pub tags: *const Tag, pub series: u64, pub array: Array }
#[repr(C)]
pub struct Scanner {
    pub size: u32, pub me: *mut c_void,
    pub schema: Option<extern "C" fn(*mut Scanner, *mut Schema, *mut Error) -> i32>,
    pub next: Option<extern "C" fn(*mut Scanner, *mut Run, *mut Error) -> i32>,
    pub release: Option<extern "C" fn(*mut Scanner)>,
}
/// The members that this storage reads; there are more behind them.
#[repr(C)]
pub struct Definition { pub size: u32, pub what: u32, pub flags: u32, pub replicas: u32, pub database: Str, pub name: Str }
#[repr(C)]
pub struct Storage<I> {
    pub size: u32,
    pub write: extern "C" fn(*mut I, Str, Str, *const Batch, *mut Error) -> i32,
    pub scan: extern "C" fn(*mut I, *const Scan, *mut Scanner, *mut Error) -> i32,
    pub list: extern "C" fn(*mut I, u32, *const Scan, *mut ArrayStream, *mut Error) -> i32,
    pub define: extern "C" fn(*mut I, *const Definition, *mut Error) -> i32,
    pub drop: extern "C" fn(*mut I, u32, *const Scan, *mut Error) -> i32,
}
#[repr(C)]
pub struct Listener {
    pub size: u32, pub me: *mut c_void,
    pub written: extern "C" fn(*const Listener, Str, Str, *const Batch),
}
#[repr(C)]
pub struct Feed<I> {
    pub size: u32,
    pub listen: extern "C" fn(*mut I, *const Listener, *mut Error) -> i32,
    pub unlisten: extern "C" fn(*mut I, *const Listener),
}

#[repr(C)]
pub struct Command {
    pub name: *const c_char, pub usage: *const c_char, pub summary: *const c_char,
    pub run: extern "C" fn(i32, *const *const c_char, *const Writer, *const Writer) -> i32,
}
#[repr(C)]
pub struct Commands { pub size: u32, pub count: u32, pub commands: *const *const Command }

pub const EXIT_FINE: i32 = 0;
pub const EXIT_FAILED: i32 = 1;
pub const EXIT_USAGE: i32 = 2;

impl Scan {
    pub fn columns(&self) -> &[Str] {
        unsafe { slice(self.columns, self.n_columns) }
    }
    pub fn conditions(&self) -> &[Where] {
        unsafe { slice(self.conditions, self.n_conditions) }
    }
}
