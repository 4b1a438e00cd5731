//! @ID@: answers every text with a row that holds it. Replace run by your language: what it answers
//! is the same, a result for each statement with columns as Arrow arrays (arrow.rs).
mod arrow;
mod tickwork;
use arrow::*;
use std::os::raw::c_void;
use std::ptr::{null, null_mut};
use tickwork::*;

/// Not empty, so that each instance has an address of its own.
pub struct Instance {
    _unused: u8,
}

extern "C" fn create(_: *const Host, _: *const Config, out: *mut *mut Instance, _: *mut Error) -> i32 {
    unsafe { *out = Box::into_raw(Box::new(Instance { _unused: 0 })) };
    OK
}

extern "C" fn destroy(me: *mut Instance) {
    drop(unsafe { Box::from_raw(me) });
}

/// An answer under way: its only result waits in me.
extern "C" fn next(results: *mut Results, out: *mut Answer, _: *mut Error) -> i32 {
    let row = unsafe { std::mem::replace(&mut (*results).me, null_mut()) };
    if row.is_null() {
        return DONE;
    }
    unsafe {
        (*out).statement = 0;
        (*out).name = Str::new("@NAME@");
        (*out).tags = null();
        (*out).n_tags = 0;
        std::ptr::addr_of_mut!((*out).rows).write(stream_of(row));
        (*out).error = Str::new("");
        (*out).message = Str::new("");
    }
    OK
}

/// Nothing takes long enough to be given up.
extern "C" fn cancel(_: *mut Results) {}

extern "C" fn release(results: *mut Results) {
    unsafe {
        if !(*results).me.is_null() {
            drop(Box::from_raw((*results).me as *mut Row));
        }
        (*results).release = None;
    }
}

/// Calls of one instance may overlap. Answer E_INVALID for a text that does not parse.
extern "C" fn run(_: *mut Instance, request: *const Request, out: *mut Results, _: *mut Error) -> i32 {
    let (time, text) = unsafe { ((*request).now_ns, (*request).text.to_string()) };
    unsafe {
        (*out).me = Box::into_raw(Row::new(time, text)) as *mut c_void;
        (*out).next = Some(next);
        (*out).cancel = Some(cancel);
        (*out).release = Some(release);
    }
    OK
}

static QUERY: Table<Query<Instance>> =
    Table(Query { size: size::<Query<Instance>>(), language: cstr!("@NAME@"), run });

module!(
    id: "@ORG@", plugin: "@ID@", summary: "Answers every text with itself",
    start: None, stop: None, options: [], exts: [ext!("tw.query/1", QUERY)]
);

#[cfg(test)]
mod tests {
    use super::*;

    /// The answer to a text, as "time text" lines.
    fn answer(text: &str) -> Vec<String> {
        let none = Str::new("");
        let request = Request {
            size: size::<Request>(), flags: 0, text: Str::new(text), database: none, retention: none,
            params: null(), n_params: 0, now_ns: 7, deadline_ns: 0, params_json: none,
        };
        let mut results = Results { size: size::<Results>(), me: null_mut(), next: None, cancel: None, release: None };
        let mut error = Error::empty();
        assert_eq!(run(null_mut(), &request, &mut results, &mut error), OK);
        let mut lines = Vec::new();
        loop {
            let mut result = Answer {
                size: size::<Answer>(), statement: 0, name: none, tags: null(), n_tags: 0,
                rows: stream_of(null_mut()), error: none, message: none,
            };
            if next(&mut results, &mut result, &mut error) != OK {
                break;
            }
            lines.extend(lines_of(&mut result.rows));
        }
        release(&mut results);
        lines
    }

    fn lines_of(rows: &mut ArrayStream) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let mut array = std::mem::MaybeUninit::<Array>::uninit();
            assert_eq!(rows.get_next.unwrap()(rows, array.as_mut_ptr()), 0);
            let mut array = unsafe { array.assume_init() };
            let free = match array.release {
                Some(free) => free,
                None => break,
            };
            unsafe {
                let (time, text) = (&**array.children, &**array.children.add(1));
                let time = *(*time.buffers.add(1) as *const i64);
                let ends = *text.buffers.add(1) as *const i32;
                let bytes = slice(*text.buffers.add(2) as *const u8, *ends.add(1) as usize);
                lines.push(format!("{} {}", time, String::from_utf8_lossy(bytes)));
            }
            free(&mut array);
        }
        rows.release.unwrap()(rows);
        lines
    }

    #[test]
    fn answers_with_the_text() {
        assert_eq!(answer("hello"), ["7 hello"]);
    }

    #[test]
    fn takes_an_empty_text() {
        assert_eq!(answer(""), ["7 "]);
    }
}
