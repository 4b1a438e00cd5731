//! @ID@: answers GET /@NAME@/WHO with a greeting. Replace answer by your page or API.
mod http;
mod server;
mod tickwork;
use http::*;
use server::*;
use std::os::raw::c_void;
use std::sync::atomic::{AtomicU64, Ordering};
use tickwork::*;

pub struct Instance {
    server: Ref,
    path: String,
    greeting: String,
    answered: AtomicU64,
}

extern "C" fn create(host: *const Host, config: *const Config, out: *mut *mut Instance, error: *mut Error) -> i32 {
    let services = unsafe { ((*host).ext)(host, cstr!("tw.services/1")) as *const Services };
    if services.is_null() {
        return fail(error, E_UNSUPPORTED, "this host has no tw.services/1");
    }
    let path = text_option(config, cstr!("path"));
    if !path.starts_with('/') {
        return fail(error, E_INVALID, "path must begin with \"/\"");
    }
    let name = text_option(config, cstr!("http"));
    let mut server = Ref { vtable: std::ptr::null(), me: std::ptr::null_mut() };
    let find = unsafe { (*services).find };
    let status = find(host, cstr!("tw.http-server/1"), Str::new(&name), &mut server, error);
    if status < 0 {
        return status;
    }
    let greeting = text_option(config, cstr!("greeting"));
    unsafe { *out = Box::into_raw(Box::new(Instance { server, path, greeting, answered: AtomicU64::new(0) })) };
    OK
}

extern "C" fn destroy(me: *mut Instance) {
    drop(unsafe { Box::from_raw(me) });
}

/// On the server's threads, several at once.
fn greet(me: &Instance, who: &str) -> String {
    format!("{} {}, you are number {}\n", me.greeting, who, me.answered.fetch_add(1, Ordering::Relaxed) + 1)
}

extern "C" fn answer(me: *mut c_void, request: *const Request, response: *const Response, _: *mut Error) -> i32 {
    let text = greet(unsafe { &*(me as *const Instance) }, &param(unsafe { &*request }, "who"));
    send(response, 200, "text/plain; charset=utf-8", &text)
}

extern "C" fn start(me: *mut Instance, error: *mut Error) -> i32 {
    let instance = unsafe { &*me };
    let pattern = format!("{}/:who", instance.path);
    let route = Route {
        size: size::<Route>(), method: Str::new("GET"), pattern: Str::new(&pattern), me: me as *mut c_void, handle: answer,
    };
    instance.server.route(&route, error) // copies it
}

/// Waits for answers that are under way.
extern "C" fn stop(me: *mut Instance, _: *mut Error) -> i32 {
    unsafe { &*me }.server.unroute(me as *mut c_void);
    OK
}

static SERVICE: Service = Service { size: size::<Service>() };

module!(
    id: "@ORG@", plugin: "@ID@", summary: "Greets by HTTP",
    start: Some(start), stop: Some(stop),
    options: [
        option!("http", OPT_STRING, "\"\"", "Name of the HTTP server; empty: the only one"),
        option!("path", OPT_STRING, "\"/@NAME@\"", "Where the answers are"),
        option!("greeting", OPT_STRING, "\"Hello\"", "How they begin")
    ],
    exts: [ext!("tw.service/1", SERVICE)]
);

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::raw::c_char;

    extern "C" fn nothing(_: *const Host, _: *const c_char) -> *const u8 {
        std::ptr::null()
    }
    extern "C" fn log(_: *const Host, _: i32, _: Str) {}
    extern "C" fn zero(_: *const Host) -> i64 {
        0
    }
    extern "C" fn never(_: *const Host) -> bool {
        false
    }

    #[test]
    fn greets_and_counts() {
        let server = Ref { vtable: std::ptr::null(), me: std::ptr::null_mut() };
        let me = Instance { server, path: String::new(), greeting: "Good day".to_string(), answered: AtomicU64::new(0) };
        assert_eq!(greet(&me, "you"), "Good day you, you are number 1\n");
        assert_eq!(greet(&me, "me"), "Good day me, you are number 2\n");
    }

    #[test]
    fn says_what_is_wrong() {
        let host = Host {
            size: size::<Host>(), abi_minor: 0, name: cstr!("test"), version: cstr!("0"), me: std::ptr::null_mut(),
            log, now: zero, ticks: zero, stopping: never, ext: nothing,
        };
        let mut error = Error::empty();
        let mut out = std::ptr::null_mut();
        assert_eq!(create(&host, std::ptr::null(), &mut out, &mut error), E_UNSUPPORTED);
        assert_eq!(error.text(), "this host has no tw.services/1");
    }
}
