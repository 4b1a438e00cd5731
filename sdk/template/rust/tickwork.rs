//! Tickwork's plugin ABI 1.0 as far as an input needs it: copies of the C structs in
//! include/tickwork/, which are the reference. Extend it in the same manner.
#![allow(dead_code)]
use std::os::raw::c_char;

pub const OK: i32 = 0;
pub const E_IO: i32 = -2;
pub const OPT_STRING: u32 = 1;
pub const NOW: i64 = i64::MIN; // the host stamps the point

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Str { pub data: *const u8, pub len: usize }
#[repr(C)]
pub struct Value { pub kind: u32, pub len: u32, pub f: f64 }
#[repr(C)]
pub struct Tag { pub key: Str, pub value: Str }
#[repr(C)]
pub struct Field { pub key: Str, pub value: Value }
#[repr(C)]
pub struct Point {
    pub name: Str, pub tags: *const Tag, pub fields: *const Field, pub n_tags: u32, pub n_fields: u32,
    pub time_ns: i64, pub kind: u32, pub flags: u32, pub token: u64, pub series: Str,
}
#[repr(C)]
pub struct Sink { pub size: u32, pub me: *mut u8, pub add: extern "C" fn(*const Sink, *const Point, usize) -> i32 }
#[repr(C)]
pub struct Error { pub size: u32, pub status: i32, pub message: [u8; 504] }
#[repr(C)]
pub struct Config {
    pub size: u32, pub me: *const u8,
    pub count: extern "C" fn(*const Config, *const c_char) -> usize,
    pub str: extern "C" fn(*const Config, *const c_char, usize) -> Str,
    pub num: extern "C" fn(*const Config, *const c_char, usize) -> i64,
    pub real: extern "C" fn(*const Config, *const c_char, usize) -> f64,
}
#[repr(C)]
pub struct Host {
    pub size: u32, pub abi_minor: u32, pub name: *const c_char, pub version: *const c_char, pub me: *mut u8,
    pub log: extern "C" fn(*const Host, i32, Str),
    pub now: extern "C" fn(*const Host) -> i64,
    pub ticks: extern "C" fn(*const Host) -> i64,
    pub stopping: extern "C" fn(*const Host) -> bool,
    pub ext: extern "C" fn(*const Host, *const c_char) -> *const u8,
}
#[repr(C)]
pub struct Opt { pub key: *const c_char, pub kind: u32, pub flags: u32, pub value: *const c_char, pub doc: *const c_char }
#[repr(C)]
pub struct Ext { pub id: *const c_char, pub vtable: *const u8 }
#[repr(C)]
pub struct Input<I> { pub size: u32, pub gather: extern "C" fn(*mut I, *const Sink, *mut Error) -> i32 }
#[repr(C)]
pub struct Plugin<I> {
    pub size: u32, pub flags: u32, pub id: *const c_char, pub summary: *const c_char,
    pub options: *const Opt, pub exts: *const Ext,
    pub create: extern "C" fn(*const Host, *const Config, *mut *mut I, *mut Error) -> i32,
    pub start: Option<extern "C" fn(*mut I, *mut Error) -> i32>,
    pub stop: Option<extern "C" fn(*mut I, *mut Error) -> i32>,
    pub destroy: extern "C" fn(*mut I),
}
#[repr(C)]
pub struct Module<I> {
    pub size: u32, pub abi_minor: u32, pub needs_minor: u32,
    pub id: *const c_char, pub version: *const c_char, pub license: *const c_char,
    pub plugins: *const *const Plugin<I>,
}

/// Constant tables hold pointers, which Rust does not share between threads unless told.
#[repr(transparent)]
pub struct Table<T>(pub T);
unsafe impl<T> Sync for Table<T> {}

macro_rules! cstr {
    ($text:expr) => {
        concat!($text, "\0").as_ptr() as *const std::os::raw::c_char
    };
}
pub(crate) use cstr;

pub const INPUT_ID: *const c_char = cstr!("tw.input/1");

pub const fn size<T>() -> u32 {
    std::mem::size_of::<T>() as u32
}

impl Str {
    /// Borrowed: keep the text until the call that it is handed to has returned.
    pub fn new(text: &str) -> Str {
        Str { data: text.as_ptr(), len: text.len() }
    }
    /// # Safety
    /// The text behind it must still be there.
    pub unsafe fn to_string(self) -> String {
        if self.len == 0 {
            return String::new();
        }
        String::from_utf8_lossy(std::slice::from_raw_parts(self.data, self.len)).into_owned()
    }
}

impl Value {
    pub fn float(f: f64) -> Value {
        Value { kind: 1, len: 0, f }
    }
}

impl Error {
    pub fn text(&self) -> String {
        let end = self.message.iter().position(|b| *b == 0).unwrap_or(0);
        String::from_utf8_lossy(&self.message[..end]).into_owned()
    }
}

/// Writes the sentence and returns the status.
pub fn fail(error: *mut Error, status: i32, sentence: &str) -> i32 {
    let error = unsafe { &mut *error };
    let n = sentence.len().min(error.message.len() - 1);
    error.message[..n].copy_from_slice(&sentence.as_bytes()[..n]);
    error.message[n] = 0;
    error.status = status;
    status
}

/// Adds one point that the host stamps.
pub fn add(sink: *const Sink, name: &str, tags: &[Tag], fields: &[Field]) -> i32 {
    let point = Point {
        name: Str::new(name), tags: tags.as_ptr(), fields: fields.as_ptr(),
        n_tags: tags.len() as u32, n_fields: fields.len() as u32,
        time_ns: NOW, kind: 0, flags: 0, token: 0, series: Str { data: std::ptr::null(), len: 0 },
    };
    unsafe { ((*sink).add)(sink, &point, 1) }
}
