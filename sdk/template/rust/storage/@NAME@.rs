//! @ID@: keeps points in memory and in a journal, from which it starts. Replace store.rs by your
//! store: what is written is durable when write returns, and read while others write.
mod arrow;
mod journal;
mod rows;
mod storage;
mod store;
mod tickwork;
use arrow::{ArrayStream, Columns, Schema};
use std::ffi::CStr;
use std::os::raw::{c_char, c_void};
use std::sync::{Mutex, RwLock};
use storage::*;
use store::*;
use tickwork::*;

pub struct Instance {
    host: *const Host,
    path: String,
    store: RwLock<Option<Store>>, // from start to stop
    listeners: Mutex<Vec<*const Listener>>,
}

extern "C" fn create(host: *const Host, config: *const Config, out: *mut *mut Instance, error: *mut Error) -> i32 {
    let path = text_option(config, cstr!("path"));
    if path.is_empty() {
        return fail(error, E_INVALID, "path must not be empty");
    }
    let instance = Instance { host, path, store: RwLock::new(None), listeners: Mutex::new(Vec::new()) };
    unsafe { *out = Box::into_raw(Box::new(instance)) };
    OK
}

extern "C" fn destroy(me: *mut Instance) {
    drop(unsafe { Box::from_raw(me) });
}

extern "C" fn start(me: *mut Instance, error: *mut Error) -> i32 {
    let me = unsafe { &*me };
    match Store::open(&me.path) {
        Ok(store) => *me.store.write().unwrap() = Some(store),
        Err((status, why)) => return fail(error, status, &why),
    }
    OK
}

extern "C" fn stop(me: *mut Instance, _: *mut Error) -> i32 {
    *unsafe { &*me }.store.write().unwrap() = None;
    OK
}

/// The call's answer, or its failure as a status with its sentence.
fn read<T>(me: *mut Instance, error: *mut Error, call: impl FnOnce(&Store) -> Result<T, Failure>) -> Result<T, i32> {
    let store = unsafe { &*me }.store.read().unwrap();
    let answer = store.as_ref().ok_or((E_INVALID, "@ID@ is not started".to_string())).and_then(call);
    answer.map_err(|(status, why)| fail(error, status, &why))
}

fn change<T>(me: *mut Instance, error: *mut Error, call: impl FnOnce(&mut Store) -> Result<T, Failure>) -> Result<T, i32> {
    let mut store = unsafe { &*me }.store.write().unwrap();
    let answer = store.as_mut().ok_or((E_INVALID, "@ID@ is not started".to_string())).and_then(call);
    answer.map_err(|(status, why)| fail(error, status, &why))
}

fn tell(me: &Instance, database: Str, points: &[Point]) {
    let batch = Batch { points: points.as_ptr(), count: points.len() };
    for listener in me.listeners.lock().unwrap().iter() {
        unsafe { ((**listener).written)(*listener, database, Str::new(POLICY), &batch) };
    }
}

/// Durable when it returns. Points that cannot be kept are told, the others are.
extern "C" fn write(me: *mut Instance, database: Str, retention: Str, batch: *const Batch, error: *mut Error) -> i32 {
    let (instance, points) = unsafe { (&*me, (*batch).points()) };
    let now = unsafe { ((*instance.host).now)(instance.host) };
    let lines = points.iter().map(|point| rows::Line::new(point, now)).collect();
    let name = |s: Str| unsafe { s.to_string() };
    let (places, why) = match change(me, error, |store| store.write(&name(database), &name(retention), lines)) {
        Ok(answer) => answer,
        Err(status) => return status,
    };
    let stamped = |at: usize| Point { time_ns: if points[at].time_ns == NOW { now } else { points[at].time_ns }, ..points[at] };
    let good: Vec<Point> = places.into_iter().map(stamped).collect();
    if !good.is_empty() {
        tell(instance, database, &good);
    }
    if why.is_empty() { OK } else { fail(error, PARTIAL, &why) }
}

/// A scan under way; the tags are those of the run that next gave last.
struct Reading {
    shape: Columns,
    runs: std::vec::IntoIter<Found>,
    series: u64,
    kept: Vec<(String, String)>,
    tags: Vec<Tag>,
}

extern "C" fn scan_schema(scanner: *mut Scanner, out: *mut Schema, _: *mut Error) -> i32 {
    let reading = unsafe { &*((*scanner).me as *const Reading) };
    unsafe { out.write(reading.shape.schema()) };
    OK
}

extern "C" fn scan_next(scanner: *mut Scanner, out: *mut Run, _: *mut Error) -> i32 {
    let reading = unsafe { &mut *((*scanner).me as *mut Reading) };
    let found = match reading.runs.next() {
        Some(found) => found,
        None => return DONE,
    };
    reading.series += 1;
    reading.kept = found.tags;
    reading.tags = reading.kept.iter().map(|(key, value)| Tag { key: Str::new(key), value: Str::new(value) }).collect();
    unsafe {
        (*out).tags = reading.tags.as_ptr();
        (*out).n_tags = reading.tags.len() as u32;
        (*out).series = reading.series;
        std::ptr::addr_of_mut!((*out).array).write(found.table.array());
    }
    OK
}

extern "C" fn scan_release(scanner: *mut Scanner) {
    unsafe {
        drop(Box::from_raw((*scanner).me as *mut Reading));
        (*scanner).release = None;
    }
}

extern "C" fn scan(me: *mut Instance, wanted: *const Scan, out: *mut Scanner, error: *mut Error) -> i32 {
    let (shape, runs) = match read(me, error, |store| store.scan(unsafe { &*wanted })) {
        Ok(answer) => answer,
        Err(status) => return status,
    };
    let reading = Reading { shape, runs: runs.into_iter(), series: 0, kept: Vec::new(), tags: Vec::new() };
    unsafe {
        (*out).me = Box::into_raw(Box::new(reading)) as *mut c_void;
        (*out).schema = Some(scan_schema);
        (*out).next = Some(scan_next);
        (*out).release = Some(scan_release);
    }
    OK
}

extern "C" fn list(me: *mut Instance, what: u32, wanted: *const Scan, out: *mut ArrayStream, error: *mut Error) -> i32 {
    match read(me, error, |store| store.list(what, unsafe { &*wanted })) {
        Ok(table) => unsafe { out.write(table.stream()) },
        Err(status) => return status,
    }
    OK
}

extern "C" fn define(me: *mut Instance, wanted: *const Definition, error: *mut Error) -> i32 {
    let (what, database, name) = unsafe { ((*wanted).what, (*wanted).database.to_string(), (*wanted).name.to_string()) };
    change(me, error, |store| store.define(what, &database, &name)).err().unwrap_or(OK)
}

extern "C" fn drop_subject(me: *mut Instance, what: u32, wanted: *const Scan, error: *mut Error) -> i32 {
    change(me, error, |store| store.drop(what, unsafe { &*wanted })).err().unwrap_or(OK)
}

extern "C" fn listen(me: *mut Instance, listener: *const Listener, _: *mut Error) -> i32 {
    unsafe { &*me }.listeners.lock().unwrap().push(listener);
    OK
}

extern "C" fn unlisten(me: *mut Instance, listener: *const Listener) {
    unsafe { &*me }.listeners.lock().unwrap().retain(|one| *one != listener);
}

/// "tickwork storage count FILE": a command needs no instance and may run beside one.
extern "C" fn count(argc: i32, argv: *const *const c_char, out: *const Writer, err: *const Writer) -> i32 {
    let tell = |to: *const Writer, text: &str| unsafe { ((*to).write)(to, Str::new(text)) };
    if argc != 1 {
        tell(err, "count wants the journal's file\n");
        return EXIT_USAGE;
    }
    match counted(&unsafe { CStr::from_ptr(*argv) }.to_string_lossy()) {
        Ok(lines) => tell(out, &lines),
        Err(why) => {
            tell(err, &(why + "\n"));
            return EXIT_FAILED;
        }
    };
    EXIT_FINE
}

static COUNT: Table<Command> = Table(Command {
    name: cstr!("count"), usage: cstr!("FILE"), summary: cstr!("count the points that were written"), run: count,
});
static COMMAND_ROWS: Table<[*const Command; 1]> = Table([&COUNT.0]);
static COMMANDS: Table<Commands> =
    Table(Commands { size: size::<Commands>(), count: 1, commands: &COMMAND_ROWS.0 as *const *const Command });
static STORAGE: Table<Storage<Instance>> =
    Table(Storage { size: size::<Storage<Instance>>(), write, scan, list, define, drop: drop_subject });
static FEED: Table<Feed<Instance>> = Table(Feed { size: size::<Feed<Instance>>(), listen, unlisten });

module!(
    id: "@ORG@", plugin: "@ID@", summary: "Keeps points in memory and in a journal",
    start: Some(start), stop: Some(stop),
    options: [option!("path", OPT_STRING, "\"@NAME@.journal\"", "File for the points, made when it is missing")],
    exts: [ext!("tw.storage/1", STORAGE), ext!("tw.feed/1", FEED), ext!("tw.draft.command/1", COMMANDS)]
);

#[cfg(test)]
mod tests {
    use super::*;
    use rows::{Cell, Line};
    use std::ptr::null;

    fn all() -> Scan {
        Scan {
            size: size::<Scan>(), flags: 0, database: Str::new("db"), retention: Str::new(""),
            measurement: Str::new("cpu"), from_ns: i64::MIN, to_ns: i64::MAX, columns: null(), n_columns: 0,
            conditions: null(), n_conditions: 0, limit: 0, name: Str::new(""),
        }
    }

    fn cpu(host: &str, time: i64, field: &str, cell: Cell) -> Line {
        let tags = vec![("host".to_string(), host.to_string())];
        Line { name: "cpu".to_string(), tags, fields: vec![(field.to_string(), cell)], time }
    }

    fn empty(path: &str) -> Store {
        let _ = std::fs::remove_file(path);
        let mut store = Store::open(path).ok().unwrap();
        assert_eq!(store.define(DATABASES, "db", ""), Ok(()));
        store
    }

    /// How many rows each series has, by its tag.
    fn counts(store: &Store, wanted: &Scan) -> Vec<(String, usize)> {
        let (_, runs) = store.scan(wanted).ok().unwrap();
        runs.iter().map(|run| (run.tags[0].1.clone(), run.table.rows())).collect()
    }

    #[test]
    fn gives_back_what_it_took_after_a_start() {
        let mut store = empty("kept.journal");
        let busy = |host, time, value| cpu(host, time, "busy", Cell::Float(value));
        let lines = vec![busy("b", 20, 3.0), busy("a", 20, 1.0), busy("a", 10, 2.0), cpu("a", 20, "idle", Cell::Float(9.0))];
        assert_eq!(store.write("db", "", lines), Ok((vec![0, 1, 2, 3], String::new())));
        let both = [("a".to_string(), 2), ("b".to_string(), 1)];
        assert_eq!(counts(&store, &all()), both);
        drop(store);
        let mut store = Store::open("kept.journal").ok().unwrap();
        assert_eq!(counts(&store, &all()), both);
        assert_eq!(counts(&store, &Scan { limit: 1, ..all() }), [("a".to_string(), 1), ("b".to_string(), 1)]);
        let b = Where { tag: Str::new("host"), value: Str::new("^b"), op: MATCH, pad: 0 };
        assert_eq!(counts(&store, &Scan { conditions: &b, n_conditions: 1, ..all() }), [("b".to_string(), 1)]);
        assert_eq!(store.drop(ROWS, &Scan { to_ns: 15, ..all() }), Ok(()));
        drop(store);
        let store = Store::open("kept.journal").ok().unwrap();
        assert_eq!(counts(&store, &all()), [("a".to_string(), 1), ("b".to_string(), 1)]);
        let _ = std::fs::remove_file("kept.journal");
    }

    #[test]
    fn says_what_is_wrong_and_keeps_the_rest() {
        let mut store = empty("refused.journal");
        let lines = vec![cpu("a", 10, "busy", Cell::Float(1.0)), cpu("a", 20, "busy", Cell::Int(2))];
        let (kept, why) = store.write("db", "", lines).ok().unwrap();
        assert_eq!(kept, [0]);
        assert_eq!(
            why,
            "field type conflict: input field \"busy\" on measurement \"cpu\" is type integer, already exists as type \
             float dropped=1"
        );
        assert_eq!(store.write("x", "", Vec::new()), Err((E_NOT_FOUND, "database not found: x".to_string())));
        let _ = std::fs::remove_file("refused.journal");
    }
}
