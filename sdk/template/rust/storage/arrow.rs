//! The Arrow C interfaces, and Columns: a table filled row by row that becomes Arrow arrays. Each
//! block of memory belongs to the outer struct, whose release frees it.
use crate::rows::Cell;
use std::ffi::CString;
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

const NULLABLE: i64 = 2;

struct Column {
    name: CString,
    format: CString,
    words: Vec<u64>, // numbers and times
    bits: Vec<u8>,   // truth values
    valid: Vec<u8>,
    ends: Vec<i32>,
    text: Vec<u8>,
    nulls: i64,
}

/// Formats: "tsn:" time, "g" float, "l" integer, "L" unsigned, "b" boolean, "u" string.
pub struct Columns {
    columns: Vec<Column>,
    rows: usize,
}

fn cstring(text: &str) -> CString {
    CString::new(text.replace('\0', "")).unwrap_or_default()
}

impl Columns {
    pub fn new(columns: &[(&str, &str)]) -> Columns {
        let column = |(name, format): &(&str, &str)| Column {
            name: cstring(name), format: cstring(format), words: Vec::with_capacity(1), bits: Vec::new(),
            valid: Vec::new(), ends: vec![0], text: Vec::new(), nulls: 0,
        };
        Columns { columns: columns.iter().map(column).collect(), rows: 0 }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// A row; None is null.
    pub fn row(&mut self, cells: &[Option<Cell>]) {
        let (byte, bit) = (self.rows / 8, 1u8 << (self.rows % 8));
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.bits.resize(byte + 1, 0);
            column.valid.resize(byte + 1, 0);
            column.words.push(match cell {
                Some(Cell::Float(f)) => f.to_bits(),
                Some(Cell::Int(i)) => *i as u64,
                Some(Cell::Uint(u)) => *u,
                _ => 0,
            });
            match cell {
                Some(Cell::Bool(true)) => column.bits[byte] |= bit,
                Some(Cell::Text(text)) => column.text.extend_from_slice(text.as_bytes()),
                _ => {}
            }
            column.ends.push(column.text.len() as i32);
            match cell {
                Some(_) => column.valid[byte] |= bit,
                None => column.nulls += 1,
            }
        }
        self.rows += 1;
    }

    pub fn schema(&self) -> Schema {
        let mut block = Box::new(SchemaBlock {
            names: self.columns.iter().map(|c| (c.name.clone(), c.format.clone())).collect(),
            columns: Vec::new(), children: Vec::new(),
        });
        for (name, format) in &block.names {
            let flags = if format.as_bytes().starts_with(b"t") { 0 } else { NULLABLE };
            block.columns.push(Schema {
                format: format.as_ptr(), name: name.as_ptr(), metadata: null(), flags, n_children: 0,
                children: null_mut(), dictionary: null_mut(), release: Some(keep_schema), block: null_mut(),
            });
        }
        block.children = block.columns.iter_mut().map(|c| c as *mut Schema).collect();
        Schema {
            format: "+s\0".as_ptr() as *const c_char, name: "\0".as_ptr() as *const c_char, metadata: null(), flags: 0,
            n_children: block.children.len() as i64, children: block.children.as_mut_ptr(), dictionary: null_mut(),
            release: Some(free_schema), block: Box::into_raw(block) as *mut c_void,
        }
    }

    pub fn array(self) -> Array {
        let length = self.rows as i64;
        let mut block = Box::new(ArrayBlock {
            data: self.columns, none: [null()], buffers: Vec::new(), columns: Vec::new(), children: Vec::new(),
        });
        for column in &block.data {
            let valid = if column.nulls > 0 { column.valid.as_ptr() } else { null() };
            let data = match column.format.as_bytes() {
                b"u" => column.ends.as_ptr() as *const c_void,
                b"b" => column.bits.as_ptr() as *const c_void,
                _ => column.words.as_ptr() as *const c_void,
            };
            block.buffers.push([valid as *const c_void, data, column.text.as_ptr() as *const c_void]);
        }
        for (column, buffers) in block.data.iter().zip(block.buffers.iter_mut()) {
            let n = if column.format.as_bytes() == b"u" { 3 } else { 2 };
            block.columns.push(Array {
                null_count: column.nulls, n_buffers: n, buffers: buffers.as_mut_ptr(), ..array_of(length)
            });
        }
        block.children = block.columns.iter_mut().map(|c| c as *mut Array).collect();
        Array {
            n_buffers: 1, buffers: block.none.as_mut_ptr(), n_children: block.children.len() as i64,
            children: block.children.as_mut_ptr(), release: Some(free_array),
            block: Box::into_raw(block) as *mut c_void, ..array_of(length)
        }
    }

    /// A stream of one array.
    pub fn stream(self) -> ArrayStream {
        let block = Box::new(Stream { shape: self.schema_only(), table: Some(self) });
        ArrayStream {
            get_schema: Some(get_schema), get_next: Some(get_next), get_last_error: Some(get_last_error),
            release: Some(free_stream), block: Box::into_raw(block) as *mut c_void,
        }
    }

    /// The same columns without rows.
    pub fn schema_only(&self) -> Columns {
        let text = |t: &CString| t.to_string_lossy().into_owned();
        let names: Vec<_> = self.columns.iter().map(|c| (text(&c.name), text(&c.format))).collect();
        Columns::new(&names.iter().map(|(n, f)| (n.as_str(), f.as_str())).collect::<Vec<_>>())
    }
}

struct SchemaBlock {
    names: Vec<(CString, CString)>,
    columns: Vec<Schema>,
    children: Vec<*mut Schema>,
}

struct ArrayBlock {
    data: Vec<Column>,
    none: [*const c_void; 1],
    buffers: Vec<[*const c_void; 3]>,
    columns: Vec<Array>,
    children: Vec<*mut Array>,
}

struct Stream {
    shape: Columns,
    table: Option<Columns>,
}

extern "C" fn keep_schema(schema: *mut Schema) {
    unsafe { (*schema).release = None };
}

extern "C" fn free_schema(schema: *mut Schema) {
    drop(unsafe { Box::from_raw((*schema).block as *mut SchemaBlock) });
    unsafe { (*schema).release = None };
}

extern "C" fn keep_array(array: *mut Array) {
    unsafe { (*array).release = None };
}

extern "C" fn free_array(array: *mut Array) {
    drop(unsafe { Box::from_raw((*array).block as *mut ArrayBlock) });
    unsafe { (*array).release = None };
}

fn array_of(length: i64) -> Array {
    Array {
        length, null_count: 0, offset: 0, n_buffers: 0, n_children: 0, buffers: null_mut(), children: null_mut(),
        dictionary: null_mut(), release: Some(keep_array), block: null_mut(),
    }
}

extern "C" fn get_schema(stream: *mut ArrayStream, out: *mut Schema) -> c_int {
    let stream = unsafe { &*((*stream).block as *const Stream) };
    unsafe { out.write(stream.shape.schema()) };
    0
}

extern "C" fn get_next(stream: *mut ArrayStream, out: *mut Array) -> c_int {
    let stream = unsafe { &mut *((*stream).block as *mut Stream) };
    let next = match stream.table.take() {
        Some(table) => table.array(),
        None => Array { release: None, ..array_of(0) }, // the end
    };
    unsafe { out.write(next) };
    0
}

extern "C" fn get_last_error(_: *mut ArrayStream) -> *const c_char {
    null()
}

extern "C" fn free_stream(stream: *mut ArrayStream) {
    unsafe {
        drop(Box::from_raw((*stream).block as *mut Stream));
        (*stream).release = None;
    }
}
