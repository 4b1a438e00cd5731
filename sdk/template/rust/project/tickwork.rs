//! Tickwork's plugin ABI 1.0 as far as the kinds in "tickwork new" need it: copies of the C structs
//! in include/tickwork/, which are the reference. Extend it in the same manner.
#![allow(dead_code, unused_imports, unused_macros)]
use std::os::raw::{c_char, c_void};

pub const OK: i32 = 0;
pub const AGAIN: i32 = 1;
pub const PARTIAL: i32 = 2;
pub const E_INVALID: i32 = -1;
pub const E_IO: i32 = -2;
pub const E_UNSUPPORTED: i32 = -4;
pub const E_CANCELLED: i32 = -5;
pub const LOG_ERROR: i32 = 0;
pub const LOG_INFO: i32 = 2;
pub const PARSE_FINAL: u32 = 1;
pub const OPT_STRING: u32 = 1;
pub const OPT_INT: u32 = 3;
pub const OPT_FLOAT: u32 = 4;
pub const OPT_DURATION: u32 = 5; // read by num, in nanoseconds
pub const OPT_SIZE: u32 = 6; // read by num, in bytes
pub const EXCLUSIVE: u32 = 4; // a flag of the plugin: a reload stops it and starts it again
pub const FLOAT: u32 = 1;
pub const INT: u32 = 2;
pub const UINT: u32 = 3;
pub const NOW: i64 = i64::MIN; // the host stamps the point

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Str { pub data: *const u8, pub len: usize }
/// bits: of a float, an integer, a truth value or a pointer, as kind says.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Value { pub kind: u32, pub len: u32, pub bits: u64 }
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Tag { pub key: Str, pub value: Str }
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Field { pub key: Str, pub value: Value }
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Point {
    pub name: Str, pub tags: *const Tag, pub fields: *const Field, pub n_tags: u32, pub n_fields: u32,
    pub time_ns: i64, pub kind: u32, pub flags: u32, pub token: u64, pub series: Str,
}
#[repr(C)]
pub struct Sink { pub size: u32, pub me: *mut u8, pub add: extern "C" fn(*const Sink, *const Point, usize) -> i32 }
#[repr(C)]
pub struct Batch { pub points: *const Point, pub count: usize }
#[repr(C)]
pub struct Writer { pub size: u32, pub me: *mut u8, pub write: extern "C" fn(*const Writer, Str) -> i32 }
#[repr(C)]
pub struct Group { pub name: Str, pub tags: *const Tag, pub n_tags: usize, pub end_ns: i64 }
#[repr(C)]
pub struct Event {
    pub size: u32, pub level: u32, pub previous: u32, pub flags: u32,
    pub topic: Str, pub id: Str, pub message: Str, pub details: Str, pub task: Str,
    pub time_ns: i64, pub duration_ns: i64,
    pub name: Str, pub tags: *const Tag, pub n_tags: usize, pub fields: *const Field, pub n_fields: usize, pub json: Str,
}
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
pub struct Output<I> { pub size: u32, pub write: extern "C" fn(*mut I, *const Batch, *mut Error) -> i32 }
#[repr(C)]
pub struct Processor<I> { pub size: u32, pub process: extern "C" fn(*mut I, *const Batch, *const Sink, *mut Error) -> i32 }
#[repr(C)]
pub struct Aggregator<I> {
    pub size: u32,
    pub add: extern "C" fn(*mut I, *const Batch, *mut Error) -> i32,
    pub push: extern "C" fn(*mut I, *const Sink, *mut Error) -> i32,
}
#[repr(C)]
pub struct Parser<I> {
    pub size: u32,
    pub parse: extern "C" fn(*mut I, Str, u32, *mut usize, *const Sink, *mut Error) -> i32,
}
#[repr(C)]
pub struct Serializer<I> { pub size: u32, pub serialize: extern "C" fn(*mut I, *const Batch, *const Writer, *mut Error) -> i32 }
#[repr(C)]
pub struct Handler<I> { pub size: u32, pub handle: extern "C" fn(*mut I, *const Event, *mut Error) -> i32 }
#[repr(C)]
pub struct Stream<I> {
    pub size: u32,
    pub points: extern "C" fn(*mut I, *const Group, *const Batch, *const Sink, *mut Error) -> i32,
    pub open: Option<extern "C" fn(*mut I, *const Group, *const Sink, *mut Error) -> i32>,
    pub close: Option<extern "C" fn(*mut I, *const Group, *const Sink, *mut Error) -> i32>,
}
#[repr(C)]
pub struct Service { pub size: u32 }
#[repr(C)]
pub struct File { pub path: *const c_char, pub mime: *const c_char, pub data: *const u8, pub len: usize }
#[repr(C)]
pub struct Panel { pub size: u32, pub manifest: *const c_char, pub files: *const File }
#[repr(C)]
pub struct Timer {
    pub size: u32,
    pub set: extern "C" fn(*const Host, i64, i64, *mut c_void, extern "C" fn(*mut c_void), *mut u64) -> i32,
    pub cancel: extern "C" fn(*const Host, u64),
}
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

/// Rows of a module! below: an option, and what the plugin is.
macro_rules! option {
    ($key:literal, $kind:expr, $value:literal, $doc:literal) => {
        Opt { key: cstr!($key), kind: $kind, flags: 0, value: cstr!($value), doc: cstr!($doc) }
    };
}
macro_rules! ext {
    ($id:literal, $table:ident) => {
        Ext { id: cstr!($id), vtable: &$table as *const _ as *const u8 }
    };
}
pub(crate) use {ext, option};

/// The one symbol that the library exports, and the constant tables behind it.
macro_rules! module {
    (id: $id:literal, plugin: $plugin:literal, summary: $summary:literal, $(flags: $flags:expr,)?
     start: $start:expr, stop: $stop:expr, options: [$($option:expr),*], exts: [$($ext:expr),*]) => {
        const NO_OPTION: Opt = Opt { key: std::ptr::null(), kind: 0, flags: 0, value: std::ptr::null(), doc: std::ptr::null() };
        const NO_EXT: Ext = Ext { id: std::ptr::null(), vtable: std::ptr::null() };
        static OPTIONS: Table<&[Opt]> = Table(&[$($option,)* NO_OPTION]);
        static EXTS: Table<&[Ext]> = Table(&[$($ext,)* NO_EXT]);
        static PLUGIN: Table<Plugin<Instance>> = Table(Plugin {
            size: size::<Plugin<Instance>>(),
            flags: 0 $(| $flags)?,
            id: cstr!($plugin),
            summary: cstr!($summary),
            options: OPTIONS.0.as_ptr(),
            exts: EXTS.0.as_ptr(),
            create,
            start: $start,
            stop: $stop,
            destroy,
        });
        static PLUGINS: Table<[*const Plugin<Instance>; 2]> = Table([&PLUGIN.0, std::ptr::null()]);

        #[no_mangle]
        #[allow(non_upper_case_globals)]
        pub static tickwork_module_v1: Table<Module<Instance>> = Table(Module {
            size: size::<Module<Instance>>(),
            abi_minor: 0,
            needs_minor: 0,
            id: cstr!($id),
            version: cstr!("0.1.0"),
            license: cstr!("MIT"),
            plugins: &PLUGINS.0 as *const *const Plugin<Instance>,
        });
    };
}
pub(crate) use module;

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
    /// # Safety
    /// The same.
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        slice(self.data, self.len)
    }
}

impl Value {
    pub fn float(f: f64) -> Value {
        Value { kind: FLOAT, len: 0, bits: f.to_bits() }
    }
    pub fn int(i: i64) -> Value {
        Value { kind: INT, len: 0, bits: i as u64 }
    }
    /// None for strings and truth values.
    pub fn number(&self) -> Option<f64> {
        match self.kind {
            FLOAT => Some(f64::from_bits(self.bits)),
            INT => Some(self.bits as i64 as f64),
            UINT => Some(self.bits as f64),
            _ => None,
        }
    }
}

/// A C array as a slice; the pointer may be null when there are none.
/// # Safety
/// Borrowed: only until the call that it was handed to returns.
pub unsafe fn slice<'a, T>(data: *const T, count: usize) -> &'a [T] {
    if count == 0 {
        return &[];
    }
    std::slice::from_raw_parts(data, count)
}

impl Batch {
    pub fn points(&self) -> &[Point] {
        unsafe { slice(self.points, self.count) }
    }
}

impl Point {
    pub fn tags(&self) -> &[Tag] {
        unsafe { slice(self.tags, self.n_tags as usize) }
    }
    pub fn fields(&self) -> &[Field] {
        unsafe { slice(self.fields, self.n_fields as usize) }
    }
}

impl Error {
    pub fn empty() -> Error {
        Error { size: size::<Error>(), status: 0, message: [0; 504] }
    }
}

/// An option of the instance; the text is copied.
pub fn text_option(config: *const Config, key: *const c_char) -> String {
    unsafe { ((*config).str)(config, key, 0).to_string() }
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

/// For tests: a sink that keeps names, tags and numbers of points as text.
#[cfg(test)]
pub mod kept {
    use super::*;

    pub fn line(point: &Point) -> String {
        let text = |s: Str| unsafe { s.to_string() };
        let tags: String = point.tags().iter().map(|t| format!(",{}={}", text(t.key), text(t.value))).collect();
        let fields: Vec<String> =
            point.fields().iter().map(|f| format!("{}={}", text(f.key), f.value.number().unwrap_or(0.0))).collect();
        format!("{}{} {}", text(point.name), tags, fields.join(","))
    }

    extern "C" fn keep(sink: *const Sink, points: *const Point, n: usize) -> i32 {
        let lines = unsafe { &mut *((*sink).me as *mut Vec<String>) };
        lines.extend(unsafe { slice(points, n) }.iter().map(line));
        OK
    }

    /// The lines of the points that a call adds, with its status and sentence.
    pub fn points(call: impl FnOnce(*const Sink, *mut Error) -> i32) -> (i32, Vec<String>, String) {
        let mut lines: Vec<String> = Vec::new();
        let sink = Sink { size: size::<Sink>(), me: &mut lines as *mut Vec<String> as *mut u8, add: keep };
        let mut error = Error::empty();
        let status = call(&sink, &mut error);
        (status, lines, error.text())
    }

    /// A point without tags.
    pub fn point<'a>(name: &'a str, fields: &'a [Field]) -> Point {
        Point {
            name: Str::new(name), tags: std::ptr::null(), fields: fields.as_ptr(), n_tags: 0,
            n_fields: fields.len() as u32, time_ns: NOW, kind: 0, flags: 0, token: 0,
            series: Str { data: std::ptr::null(), len: 0 },
        }
    }
}
