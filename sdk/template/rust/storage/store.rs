//! Databases with their rows and the journal that they start from. One thread writes at a time, any
//! number read.
use crate::arrow::Columns;
use crate::journal::Journal;
use crate::rows::*;
use crate::storage::*;
use crate::tickwork::*;
use std::collections::{BTreeMap, BTreeSet};

/// The only policy of each database: nothing expires.
pub const POLICY: &str = "autogen";

/// A status and its sentence.
pub type Failure = (i32, String);

/// Rows of one series.
pub struct Found {
    pub tags: Vec<(String, String)>,
    pub table: Columns,
}

pub struct Store {
    path: String,
    databases: BTreeMap<String, Rows>,
    journal: Journal,
}

fn io(why: String) -> Failure {
    (E_IO, why)
}

fn word(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_ne_bytes());
}

fn text(out: &mut Vec<u8>, value: &str) {
    word(out, value.len() as u64);
    out.extend_from_slice(value.as_bytes());
}

/// A record: the database, then points. One without points tells that the database is there.
fn record(database: &str, lines: &[Line]) -> Vec<u8> {
    let mut out = Vec::new();
    text(&mut out, database);
    for line in lines {
        text(&mut out, &line.name);
        word(&mut out, line.time as u64);
        word(&mut out, line.tags.len() as u64);
        for (tag, value) in &line.tags {
            text(&mut out, tag);
            text(&mut out, value);
        }
        word(&mut out, line.fields.len() as u64);
        for (field, cell) in &line.fields {
            text(&mut out, field);
            text(&mut out, cell.kind().1);
            match cell {
                Cell::Float(f) => word(&mut out, f.to_bits()),
                Cell::Int(i) => word(&mut out, *i as u64),
                Cell::Uint(u) => word(&mut out, *u),
                Cell::Bool(b) => word(&mut out, u64::from(*b)),
                Cell::Text(t) => text(&mut out, t),
            }
        }
    }
    out
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self, n: u64) -> Option<Vec<u8>> {
        let taken = self.0.get(..n as usize)?.to_vec();
        self.0 = &self.0[n as usize..];
        Some(taken)
    }
    fn word(&mut self) -> Option<u64> {
        Some(u64::from_ne_bytes(self.take(8)?.try_into().ok()?))
    }
    fn text(&mut self) -> Option<String> {
        let n = self.word()?;
        String::from_utf8(self.take(n)?).ok()
    }
    fn line(&mut self) -> Option<Line> {
        let mut line = Line { name: self.text()?, tags: Vec::new(), fields: Vec::new(), time: self.word()? as i64 };
        for _ in 0..self.word()? {
            line.tags.push((self.text()?, self.text()?));
        }
        for _ in 0..self.word()? {
            let (field, format) = (self.text()?, self.text()?);
            let cell = match format.as_str() {
                "u" => Cell::Text(self.text()?),
                "g" => Cell::Float(f64::from_bits(self.word()?)),
                "l" => Cell::Int(self.word()? as i64),
                "L" => Cell::Uint(self.word()?),
                _ => Cell::Bool(self.word()? != 0),
            };
            line.fields.push((field, cell));
        }
        Some(line)
    }
}

/// Hands the database of a record and its points to each.
fn replay(bytes: &[u8], mut each: impl FnMut(String, Vec<Line>)) {
    let mut reader = Reader(bytes);
    if let Some(database) = reader.text() {
        let mut lines = Vec::new();
        while let Some(line) = reader.line() {
            lines.push(line);
        }
        each(database, lines);
    }
}

/// "DATABASE POINTS" for each database of a journal, also beside an instance that writes.
pub fn counted(path: &str) -> Result<String, String> {
    let mut points: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |bytes: &[u8]| replay(bytes, |name, lines| *points.entry(name).or_default() += lines.len());
    crate::journal::read(path, &mut count)?;
    Ok(points.iter().map(|(name, n)| format!("{} {}\n", name, n)).collect())
}

impl Store {
    pub fn open(path: &str) -> Result<Store, Failure> {
        let mut databases: BTreeMap<String, Rows> = BTreeMap::new();
        let mut put = |name: String, lines: Vec<Line>| {
            let rows = databases.entry(name).or_default();
            lines.into_iter().for_each(|line| rows.put(line));
        };
        let replay = |bytes: &[u8]| replay(bytes, &mut put);
        let journal = Journal::open(path, replay).map_err(io)?;
        Ok(Store { path: path.to_string(), databases, journal })
    }

    fn need(&self, database: &str, retention: &str) -> Result<&Rows, Failure> {
        let rows = self.databases.get(database).ok_or((E_NOT_FOUND, format!("database not found: {}", database)))?;
        if !retention.is_empty() && retention != POLICY {
            return Err((E_NOT_FOUND, format!("retention policy not found: {}", retention)));
        }
        Ok(rows)
    }

    /// Durable when it returns. The places of the points that were kept, and why others were not.
    pub fn write(&mut self, database: &str, retention: &str, lines: Vec<Line>) -> Result<(Vec<usize>, String), Failure> {
        let rows = self.need(database, retention)?;
        let (mut places, mut good, mut fresh, mut why) = (Vec::new(), Vec::new(), Types::new(), String::new());
        let all = lines.len();
        for (place, line) in lines.into_iter().enumerate() {
            match rows.conflict(&line, &mut fresh) {
                None => {
                    places.push(place);
                    good.push(line);
                }
                Some(conflict) if why.is_empty() => why = conflict,
                Some(_) => {}
            }
        }
        if !good.is_empty() {
            self.journal.append(&record(database, &good), true).map_err(io)?;
        }
        if let Some(rows) = self.databases.get_mut(database) {
            good.into_iter().for_each(|line| rows.put(line));
        }
        if !why.is_empty() {
            why += &format!(" dropped={}", all - places.len());
        }
        Ok((places, why))
    }

    /// The shape of every run, and the runs: copies, so that writers need not wait for slow readers.
    pub fn scan(&self, scan: &Scan) -> Result<(Columns, Vec<Found>), Failure> {
        let words = |s: Str| unsafe { s.to_string() };
        let rows = self.need(&words(scan.database), &words(scan.retention))?;
        let choice = Choice::new(scan).map_err(|why| (E_INVALID, why))?;
        let measurement = words(scan.measurement);
        let asked: Vec<String> = scan.columns().iter().map(|s| words(*s)).collect();
        let mut fields: Vec<(&str, &str)> = vec![("time", "tsn:")];
        if asked.is_empty() {
            let all = rows.types.iter().filter(|((name, _), _)| *name == measurement);
            fields.extend(all.map(|((_, field), kind)| (field.as_str(), kind.1)));
        }
        for field in &asked {
            if let Some(kind) = rows.types.get(&(measurement.clone(), field.clone())) {
                fields.push((field, kind.1));
            }
        }
        let mut runs = Vec::new();
        for series in rows.series.values().filter(|s| choice.has(s)) {
            let mut table = Columns::new(&fields);
            let mut take = |(time, row): (&i64, &Row)| {
                let mut cells = vec![Some(Cell::Int(*time))];
                cells.extend(fields[1..].iter().map(|(field, _)| row.get(*field).cloned()));
                let full = scan.limit > 0 && table.rows() as u64 >= scan.limit;
                if !full && choice.has_time(*time) && cells[1..].iter().any(|cell| cell.is_some()) {
                    table.row(&cells);
                }
            };
            if scan.flags & SCAN_DESCENDING != 0 {
                series.rows.iter().rev().for_each(&mut take);
            } else {
                series.rows.iter().for_each(&mut take);
            }
            if table.rows() > 0 {
                runs.push(Found { tags: series.tags.clone(), table });
            }
        }
        Ok((Columns::new(&fields), runs))
    }

    pub fn list(&self, what: u32, scan: &Scan) -> Result<Columns, Failure> {
        let mut table = Columns::new(columns_of(what).ok_or((E_INVALID, format!("cannot list subject {}", what)))?);
        let words = |s: Str| unsafe { s.to_string() };
        let cell = |text: &str| Some(Cell::Text(text.to_string()));
        match what {
            DATABASES => self.databases.keys().for_each(|name| table.row(&[cell(name)])),
            RETENTION_POLICIES => {
                self.need(&words(scan.database), "")?;
                let number = |n| Some(Cell::Int(n));
                table.row(&[cell(POLICY), number(0), number(0), number(1), Some(Cell::Bool(true))]);
            }
            MEASUREMENTS..=SERIES => {
                let rows = self.need(&words(scan.database), &words(scan.retention))?;
                let choice = Choice::new(scan).map_err(|why| (E_INVALID, why))?;
                for line in listed(rows, what, &choice, &words(scan.name)) {
                    table.row(&line.into_iter().map(|text| cell(&text)).collect::<Vec<_>>());
                }
            }
            _ => {} // there are no shards, subscriptions, users and continuous queries
        }
        Ok(table)
    }

    pub fn define(&mut self, what: u32, database: &str, name: &str) -> Result<(), Failure> {
        if what == RETENTION_POLICIES && name == POLICY {
            return Ok(());
        }
        if what != DATABASES {
            return Err((E_INVALID, "@ID@ keeps databases with the policy autogen and nothing else".to_string()));
        }
        let name = if database.is_empty() { name } else { database };
        if !self.databases.contains_key(name) {
            self.journal.append(&record(name, &[]), true).map_err(io)?;
            self.databases.insert(name.to_string(), Rows::default());
        }
        Ok(())
    }

    pub fn drop(&mut self, what: u32, scan: &Scan) -> Result<(), Failure> {
        let words = |s: Str| unsafe { s.to_string() };
        let database = words(scan.database);
        match what {
            DATABASES => {
                self.databases.remove(&if database.is_empty() { words(scan.name) } else { database });
            }
            MEASUREMENTS | SERIES | ROWS => {
                self.need(&database, &words(scan.retention))?;
                let choice = Choice::new(scan).map_err(|why| (E_INVALID, why))?;
                if let Some(rows) = self.databases.get_mut(&database) {
                    rows.drop(&choice, what != ROWS);
                }
            }
            _ => return Err((E_INVALID, format!("@ID@ cannot drop subject {}", what))),
        }
        self.write_anew().map_err(io)
    }

    /// A journal of what is left.
    fn write_anew(&mut self) -> Result<(), String> {
        let path = self.path.clone() + ".new";
        let _ = std::fs::remove_file(&path); // of a crash
        let mut fresh = Journal::open(&path, |_| {})?;
        for (name, rows) in &self.databases {
            for series in rows.series.values() {
                let line = |(time, row): (&i64, &Row)| Line {
                    name: series.measurement.clone(),
                    tags: series.tags.clone(),
                    fields: row.iter().map(|(field, cell)| (field.clone(), cell.clone())).collect(),
                    time: *time,
                };
                let lines: Vec<Line> = series.rows.iter().map(line).collect();
                fresh.append(&record(name, &lines), false)?;
            }
            fresh.append(&record(name, &[]), true)?;
        }
        fresh.replace(&mut self.journal)
    }
}

fn columns_of(what: u32) -> Option<&'static [(&'static str, &'static str)]> {
    Some(match what {
        DATABASES | MEASUREMENTS => &[("name", "u")],
        RETENTION_POLICIES => {
            &[("name", "u"), ("duration", "l"), ("shard_duration", "l"), ("replicas", "l"), ("default", "b")]
        }
        TAG_KEYS => &[("measurement", "u"), ("key", "u")],
        TAG_VALUES => &[("measurement", "u"), ("key", "u"), ("value", "u")],
        FIELD_KEYS => &[("measurement", "u"), ("key", "u"), ("type", "u")],
        SERIES => &[("key", "u")],
        SHARDS => {
            &[("id", "l"), ("database", "u"), ("retention", "u"), ("start", "l"), ("end", "l"), ("bytes", "l")]
        }
        SUBSCRIPTIONS => {
            &[("database", "u"), ("retention", "u"), ("name", "u"), ("mode", "u"), ("destinations", "u")]
        }
        USERS => &[("name", "u"), ("hash", "u"), ("admin", "b")],
        GRANTS => &[("user", "u"), ("database", "u"), ("privilege", "u")],
        CONTINUOUS_QUERIES => &[("database", "u"), ("name", "u"), ("query", "u")],
        _ => return None,
    })
}

/// What is listed of the series that are asked for, sorted and without repetitions.
fn listed(rows: &Rows, what: u32, choice: &Choice, name: &str) -> BTreeSet<Vec<String>> {
    let mut lines = BTreeSet::new();
    let mut measurements = BTreeSet::new();
    for (key, series) in rows.series.iter().filter(|(_, s)| choice.has(s) && choice.has_rows(s)) {
        let measurement = &series.measurement;
        measurements.insert(measurement);
        match what {
            MEASUREMENTS => drop(lines.insert(vec![measurement.clone()])),
            SERIES => drop(lines.insert(vec![key.clone()])),
            _ => {}
        }
        for (tag, value) in &series.tags {
            if what == TAG_KEYS {
                lines.insert(vec![measurement.clone(), tag.clone()]);
            }
            if what == TAG_VALUES && (name.is_empty() || tag == name) {
                lines.insert(vec![measurement.clone(), tag.clone(), value.clone()]);
            }
        }
    }
    if what == FIELD_KEYS {
        for ((measurement, field), kind) in rows.types.iter().filter(|((m, _), _)| measurements.contains(m)) {
            lines.insert(vec![measurement.clone(), field.clone(), kind.0.to_string()]);
        }
    }
    lines
}
