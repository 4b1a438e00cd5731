//! The Arrow C interfaces and what tw.query/1 hands over with them, and an answer of one row. Each
//! block of memory belongs to the outer struct, whose release frees it.
use crate::tickwork::*;
use std::os::raw::{c_char, c_int, c_void};
use std::ptr::{null, null_mut};

#[repr(C)]
pub struct Schema {
    pub format: *const c_char, pub name: *const c_char, pub metadata: *const c_char, pub flags: i64,
    pub n_children: i64, pub children: *mut *mut Schema, pub dictionary: *mut Schema,
    pub release: Option<extern "C" fn(*mut Schema)>, pub block: *mut c_void,
}
#[repr(C)]
pub struct Array {
    pub length: i64, pub null_count: i64, pub offset: i64, pub n_buffers: i64, pub n_children: i64,
    pub buffers: *mut *const c_void, pub children: *mut *mut Array, pub dictionary: *mut Array,
    pub release: Option<extern "C" fn(*mut Array)>, pub block: *mut c_void,
}
#[repr(C)]
pub struct ArrayStream {
    pub get_schema: Option<extern "C" fn(*mut ArrayStream, *mut Schema) -> c_int>,
    pub get_next: Option<extern "C" fn(*mut ArrayStream, *mut Array) -> c_int>,
    pub get_last_error: Option<extern "C" fn(*mut ArrayStream) -> *const c_char>,
    pub release: Option<extern "C" fn(*mut ArrayStream)>, pub block: *mut c_void,
}
#[repr(C)]
pub struct Request {
    pub size: u32, pub flags: u32, pub text: Str, pub database: Str, pub retention: Str, pub params: *const Field,
    pub n_params: usize, pub now_ns: i64, pub deadline_ns: i64, pub params_json: Str,
}
#[repr(C)]
pub struct Answer {
    pub size: u32, pub statement: i32, pub name: Str, pub tags: *const Tag, pub n_tags: usize, pub rows: ArrayStream,
    pub error: Str, pub message: Str,
}
#[repr(C)]
pub struct Results {
    pub size: u32, pub me: *mut c_void,
    pub next: Option<extern "C" fn(*mut Results, *mut Answer, *mut Error) -> i32>,
    pub cancel: Option<extern "C" fn(*mut Results)>,
    pub release: Option<extern "C" fn(*mut Results)>,
}
#[repr(C)]
pub struct Query<I> {
    pub size: u32, pub language: *const c_char,
    pub run: extern "C" fn(*mut I, *const Request, *mut Results, *mut Error) -> i32,
}

pub const DONE: i32 = 3;

/// One row of two columns: "time" (nanoseconds) and "text".
pub struct Row {
    time: i64,
    text: String,
    ends: [i32; 2],
    no_buffer: [*const c_void; 1],
    time_buffers: [*const c_void; 2],
    text_buffers: [*const c_void; 3],
    columns: [Array; 2],
    children: [*mut Array; 2],
}

struct Columns {
    columns: [Schema; 2],
    children: [*mut Schema; 2],
}

extern "C" fn keep_schema(schema: *mut Schema) {
    unsafe { (*schema).release = None };
}

extern "C" fn free_schema(schema: *mut Schema) {
    drop(unsafe { Box::from_raw((*schema).block as *mut Columns) });
    unsafe { (*schema).release = None };
}

fn schema(format: *const c_char, name: *const c_char) -> Schema {
    Schema {
        format, name, metadata: null(), flags: 0, n_children: 0, children: null_mut(), dictionary: null_mut(),
        release: Some(keep_schema), block: null_mut(),
    }
}

extern "C" fn get_schema(_: *mut ArrayStream, out: *mut Schema) -> c_int {
    let columns = [schema(cstr!("tsn:"), cstr!("time")), schema(cstr!("u"), cstr!("text"))];
    let block = Box::leak(Box::new(Columns { columns, children: [null_mut(); 2] }));
    block.children = [&mut block.columns[0], &mut block.columns[1]];
    let root = Schema {
        n_children: 2, children: block.children.as_mut_ptr(), release: Some(free_schema),
        block: block as *mut Columns as *mut c_void, ..schema(cstr!("+s"), cstr!(""))
    };
    unsafe { out.write(root) };
    0
}

extern "C" fn keep_array(array: *mut Array) {
    unsafe { (*array).release = None };
}

extern "C" fn free_array(array: *mut Array) {
    drop(unsafe { Box::from_raw((*array).block as *mut Row) });
    unsafe { (*array).release = None };
}

fn array(buffers: &mut [*const c_void]) -> Array {
    Array {
        length: 1, null_count: 0, offset: 0, n_buffers: buffers.len() as i64, n_children: 0,
        buffers: buffers.as_mut_ptr(), children: null_mut(), dictionary: null_mut(), release: Some(keep_array),
        block: null_mut(),
    }
}

impl Row {
    pub fn new(time: i64, text: String) -> Box<Row> {
        let mut row = Box::new(Row {
            time, ends: [0, text.len() as i32], text, no_buffer: [null()], time_buffers: [null(); 2],
            text_buffers: [null(); 3], columns: [array(&mut []), array(&mut [])], children: [null_mut(); 2],
        });
        row.time_buffers[1] = &row.time as *const i64 as *const c_void;
        row.text_buffers[1] = row.ends.as_ptr() as *const c_void;
        row.text_buffers[2] = row.text.as_ptr() as *const c_void;
        row.columns = [array(&mut row.time_buffers), array(&mut row.text_buffers)];
        row.children = [&mut row.columns[0], &mut row.columns[1]];
        row
    }
}

/// The stream owns the row until it has handed it out.
extern "C" fn get_next(stream: *mut ArrayStream, out: *mut Array) -> c_int {
    let row = unsafe { std::mem::replace(&mut (*stream).block, null_mut()) } as *mut Row;
    let mut next = array(&mut []);
    next.release = None; // the end
    if !row.is_null() {
        let row = unsafe { &mut *row };
        next = array(&mut row.no_buffer);
        next.n_children = 2;
        next.children = row.children.as_mut_ptr();
        next.release = Some(free_array);
        next.block = row as *mut Row as *mut c_void;
    }
    unsafe { out.write(next) };
    0
}

extern "C" fn get_last_error(_: *mut ArrayStream) -> *const c_char {
    null()
}

extern "C" fn free_stream(stream: *mut ArrayStream) {
    unsafe {
        if !(*stream).block.is_null() {
            drop(Box::from_raw((*stream).block as *mut Row));
        }
        (*stream).release = None;
    }
}

pub fn stream_of(row: *mut c_void) -> ArrayStream {
    ArrayStream {
        get_schema: Some(get_schema), get_next: Some(get_next), get_last_error: Some(get_last_error),
        release: Some(free_stream), block: row,
    }
}
