//! The rows of one database in memory: series by their key, rows by time, cells by field. The last
//! write wins per series, time and field.
use crate::storage::*;
use crate::tickwork::*;
use std::collections::BTreeMap;
use std::ffi::CString;
use std::os::raw::{c_char, c_int, c_void};

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Float(f64),
    Int(i64),
    Uint(u64),
    Bool(bool),
    Text(String),
}

impl Cell {
    pub fn new(value: &Value) -> Cell {
        match value.kind {
            FLOAT => Cell::Float(f64::from_bits(value.bits)),
            INT => Cell::Int(value.bits as i64),
            UINT => Cell::Uint(value.bits),
            4 => Cell::Bool(value.bits as u8 != 0),
            _ => Cell::Text(unsafe { Str { data: value.bits as *const u8, len: value.len as usize }.to_string() }),
        }
    }
    /// As the type is called in lists and messages, and its Arrow format.
    pub fn kind(&self) -> (&'static str, &'static str) {
        match self {
            Cell::Float(_) => ("float", "g"),
            Cell::Int(_) => ("integer", "l"),
            Cell::Uint(_) => ("unsigned", "L"),
            Cell::Bool(_) => ("boolean", "b"),
            Cell::Text(_) => ("string", "u"),
        }
    }
}

/// A point that owns its text.
pub struct Line {
    pub name: String,
    pub tags: Vec<(String, String)>,
    pub fields: Vec<(String, Cell)>,
    pub time: i64,
}

impl Line {
    pub fn new(point: &Point, now: i64) -> Line {
        let text = |s: Str| unsafe { s.to_string() };
        Line {
            name: text(point.name),
            tags: point.tags().iter().map(|t| (text(t.key), text(t.value))).collect(),
            fields: point.fields().iter().map(|f| (text(f.key), Cell::new(&f.value))).collect(),
            time: if point.time_ns == NOW { now } else { point.time_ns },
        }
    }

    /// "cpu,host=a", escaped as in line protocol.
    pub fn key(&self) -> String {
        let mut key = String::new();
        escape(&mut key, &self.name, ", ");
        for (tag, value) in &self.tags {
            key.push(',');
            escape(&mut key, tag, ",= ");
            key.push('=');
            escape(&mut key, value, ",= ");
        }
        key
    }
}

fn escape(out: &mut String, text: &str, special: &str) {
    for c in text.chars() {
        if special.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
}

pub type Row = BTreeMap<String, Cell>;

pub struct Series {
    pub measurement: String,
    pub tags: Vec<(String, String)>,
    pub rows: BTreeMap<i64, Row>,
}

pub type Types = BTreeMap<(String, String), (&'static str, &'static str)>; // by measurement and field

#[derive(Default)]
pub struct Rows {
    pub series: BTreeMap<String, Series>,
    pub types: Types,
}

impl Rows {
    /// Why a point cannot be kept: a field keeps its type. Types of its new fields are added to fresh.
    pub fn conflict(&self, line: &Line, fresh: &mut Types) -> Option<String> {
        for (field, cell) in &line.fields {
            let key = (line.name.clone(), field.clone());
            let known = match self.types.get(&key) {
                Some(known) => *known,
                None => *fresh.entry(key).or_insert_with(|| cell.kind()),
            };
            if known != cell.kind() {
                return Some(format!(
                    "field type conflict: input field \"{}\" on measurement \"{}\" is type {}, already exists as type {}",
                    field, line.name, cell.kind().0, known.0
                ));
            }
        }
        None
    }

    pub fn put(&mut self, line: Line) {
        let (name, tags) = (&line.name, &line.tags);
        let fresh = || Series { measurement: name.clone(), tags: tags.clone(), rows: BTreeMap::new() };
        let series = self.series.entry(line.key()).or_insert_with(fresh);
        let row = series.rows.entry(line.time).or_default();
        for (field, cell) in line.fields {
            self.types.entry((line.name.clone(), field.clone())).or_insert_with(|| cell.kind());
            row.insert(field, cell);
        }
    }

    /// Removes the chosen rows, of any time or in the time range.
    pub fn drop(&mut self, choice: &Choice, any_time: bool) {
        for series in self.series.values_mut().filter(|s| choice.has(s)) {
            series.rows.retain(|time, _| !any_time && !choice.has_time(*time));
        }
        self.series.retain(|_, series| !series.rows.is_empty());
        self.types.clear();
        for series in self.series.values() {
            for (field, cell) in series.rows.values().flatten() {
                self.types.entry((series.measurement.clone(), field.clone())).or_insert_with(|| cell.kind());
            }
        }
    }
}

extern "C" {
    fn regcomp(pattern: *mut c_void, text: *const c_char, flags: c_int) -> c_int;
    fn regexec(pattern: *const c_void, text: *const c_char, n: usize, matches: *mut c_void, flags: c_int) -> c_int;
    fn regfree(pattern: *mut c_void);
}

/// A regular expression of the C library; the crate regex is nearer to what users write.
struct Pattern(Box<[u64; 32]>); // more than a regex_t

impl Pattern {
    fn new(text: &str) -> Option<Pattern> {
        let mut pattern = Box::new([0u64; 32]);
        let text = CString::new(text).ok()?;
        let wrong = unsafe { regcomp(pattern.as_mut_ptr() as *mut c_void, text.as_ptr(), 1 | 8) }; // extended, no groups
        if wrong == 0 { Some(Pattern(pattern)) } else { None }
    }
    fn finds(&self, text: &str) -> bool {
        let text = CString::new(text.replace('\0', "")).unwrap_or_default();
        unsafe { regexec(self.0.as_ptr() as *const c_void, text.as_ptr(), 0, std::ptr::null_mut(), 0) == 0 }
    }
}

impl Drop for Pattern {
    fn drop(&mut self) {
        unsafe { regfree(self.0.as_mut_ptr() as *mut c_void) };
    }
}

/// A condition on one tag; an absent tag is the empty string.
struct Condition {
    tag: String,
    value: String,
    pattern: Option<Pattern>,
    positive: bool,
}

/// What a scan, a list or a drop is about.
pub struct Choice {
    measurement: String,
    from_ns: i64,
    to_ns: i64,
    conditions: Vec<Condition>,
}

impl Choice {
    pub fn new(scan: &Scan) -> Result<Choice, String> {
        let text = |s: Str| unsafe { s.to_string() };
        let mut conditions = Vec::new();
        for one in scan.conditions() {
            let mut condition = Condition {
                tag: text(one.tag), value: text(one.value), pattern: None, positive: one.op == EQ || one.op == MATCH,
            };
            if one.op == MATCH || one.op == NO_MATCH {
                let wrong = || format!("\"{}\" is no regular expression", condition.value);
                condition.pattern = Some(Pattern::new(&condition.value).ok_or_else(wrong)?);
            }
            conditions.push(condition);
        }
        Ok(Choice { measurement: text(scan.measurement), from_ns: scan.from_ns, to_ns: scan.to_ns, conditions })
    }

    pub fn has(&self, series: &Series) -> bool {
        let holds = |c: &Condition| {
            let tag = series.tags.iter().find(|(key, _)| *key == c.tag).map_or("", |(_, value)| value);
            c.positive == c.pattern.as_ref().map_or(tag == c.value, |p| p.finds(tag))
        };
        (self.measurement.is_empty() || series.measurement == self.measurement) && self.conditions.iter().all(holds)
    }

    /// A list or drop without a time range has zeros.
    pub fn has_time(&self, time: i64) -> bool {
        (self.from_ns == 0 && self.to_ns == 0)
            || (time >= self.from_ns && (time < self.to_ns || self.to_ns == i64::MAX))
    }

    pub fn has_rows(&self, series: &Series) -> bool {
        series.rows.keys().any(|time| self.has_time(*time))
    }
}
