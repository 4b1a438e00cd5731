//! @ID@: says every now and then that it lives. Replace tick, or start and stop, by your work.
mod tickwork;
use std::os::raw::c_void;
use tickwork::*;

pub struct Instance {
    host: *const Host,
    text: String,
    every_ns: i64,
}

extern "C" fn create(host: *const Host, config: *const Config, out: *mut *mut Instance, error: *mut Error) -> i32 {
    let text = text_option(config, cstr!("text"));
    let every_ns = unsafe { ((*config).num)(config, cstr!("every"), 0) };
    if every_ns <= 0 {
        return fail(error, E_INVALID, "every must be longer than 0s");
    }
    unsafe { *out = Box::into_raw(Box::new(Instance { host, text, every_ns })) };
    OK
}

extern "C" fn destroy(me: *mut Instance) {
    drop(unsafe { Box::from_raw(me) });
}

extern "C" fn tick(me: *mut c_void) {
    let me = unsafe { &*(me as *const Instance) };
    unsafe { ((*me.host).log)(me.host, LOG_INFO, Str::new(&me.text)) };
}

/// A thread of its own would be made here and joined in stop; a timer needs neither.
extern "C" fn start(me: *mut Instance, error: *mut Error) -> i32 {
    let (host, every_ns) = unsafe { ((*me).host, (*me).every_ns) };
    let timer = unsafe { ((*host).ext)(host, cstr!("tw.timer/1")) as *const Timer };
    if timer.is_null() {
        return fail(error, E_UNSUPPORTED, "this host has no tw.timer/1");
    }
    let mut id = 0;
    unsafe { ((*timer).set)(host, 0, every_ns, me as *mut c_void, tick, &mut id) }
}

extern "C" fn stop(_: *mut Instance, _: *mut Error) -> i32 {
    OK
}

static SERVICE: Service = Service { size: size::<Service>() };

module!(
    id: "@ORG@", plugin: "@ID@", summary: "Says now and then that it lives",
    start: Some(start), stop: Some(stop),
    options: [
        option!("text", OPT_STRING, "\"still here\"", "What to say"),
        option!("every", OPT_DURATION, "\"1m\"", "How often")
    ],
    exts: [ext!("tw.service/1", SERVICE)]
);

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::raw::c_char;

    extern "C" fn log(host: *const Host, _: i32, line: Str) {
        unsafe { (*((*host).me as *mut Vec<String>)).push(line.to_string()) };
    }
    extern "C" fn zero(_: *const Host) -> i64 {
        0
    }
    extern "C" fn never(_: *const Host) -> bool {
        false
    }
    extern "C" fn nothing(_: *const Host, _: *const c_char) -> *const u8 {
        std::ptr::null()
    }

    fn with_instance(test: impl FnOnce(&mut Instance)) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let host = Host {
            size: size::<Host>(), abi_minor: 0, name: cstr!("test"), version: cstr!("0"),
            me: &mut lines as *mut Vec<String> as *mut u8, log, now: zero, ticks: zero, stopping: never, ext: nothing,
        };
        test(&mut Instance { host: &host, text: "hello".to_string(), every_ns: 1 });
        lines
    }

    #[test]
    fn speaks() {
        let lines = with_instance(|me| tick(me as *mut Instance as *mut c_void));
        assert_eq!(lines, ["hello"]);
    }

    #[test]
    fn says_what_is_wrong() {
        with_instance(|me| {
            let mut error = Error::empty();
            assert_eq!(start(me, &mut error), E_UNSUPPORTED);
            assert_eq!(error.text(), "this host has no tw.timer/1");
        });
    }
}
