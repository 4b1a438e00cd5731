//! @ID@: appends the message of each alert to a file. Replace handle by how you tell people.
mod tickwork;
use std::io::Write;
use tickwork::*;

pub struct Instance {
    path: String,
}

extern "C" fn create(_: *const Host, config: *const Config, out: *mut *mut Instance, _: *mut Error) -> i32 {
    let path = text_option(config, cstr!("path"));
    unsafe { *out = Box::into_raw(Box::new(Instance { path })) };
    OK
}

extern "C" fn destroy(me: *mut Instance) {
    drop(unsafe { Box::from_raw(me) });
}

const LEVELS: [&str; 4] = ["OK", "INFO", "WARNING", "CRITICAL"];

extern "C" fn handle(me: *mut Instance, event: *const Event, error: *mut Error) -> i32 {
    let (me, event) = unsafe { (&*me, &*event) };
    let (id, message) = unsafe { (event.id.to_string(), event.message.to_string()) };
    let line = format!("{} {}: {}\n", LEVELS[(event.level & 3) as usize], id, message);
    let file = std::fs::OpenOptions::new().append(true).create(true).open(&me.path);
    match file.and_then(|mut file| file.write_all(line.as_bytes())) {
        Ok(()) => OK,
        Err(why) => fail(error, E_IO, &format!("cannot write {}: {}", me.path, why)),
    }
}

static HANDLER: Handler<Instance> = Handler { size: size::<Handler<Instance>>(), handle };

module!(
    id: "@ORG@", plugin: "@ID@", summary: "Appends the message of each alert to a file",
    start: None, stop: None,
    options: [option!("path", OPT_STRING, "\"/dev/stdout\"", "File to append to")],
    exts: [ext!("tw.handler/1", HANDLER)]
);

#[cfg(test)]
mod tests {
    use super::*;

    fn handle_with(path: &str) -> (i32, String) {
        let none = Str::new("");
        let event = Event {
            size: size::<Event>(), level: 3, previous: 0, flags: 0, topic: none, id: Str::new("cpu"),
            message: Str::new("too hot"), details: none, task: none, time_ns: 0, duration_ns: 0, name: none,
            tags: std::ptr::null(), n_tags: 0, fields: std::ptr::null(), n_fields: 0, json: none,
        };
        let mut error = Error::empty();
        let status = handle(&mut Instance { path: path.to_string() }, &event, &mut error);
        (status, error.text())
    }

    #[test]
    fn writes_the_message() {
        let _ = std::fs::remove_file("alerts");
        assert_eq!(handle_with("alerts"), (OK, String::new()));
        assert_eq!(std::fs::read_to_string("alerts").unwrap(), "CRITICAL cpu: too hot\n");
        std::fs::remove_file("alerts").unwrap();
    }

    #[test]
    fn says_what_is_wrong() {
        let (status, error) = handle_with("/nonexistent/alerts");
        assert_eq!(status, E_IO);
        assert!(error.starts_with("cannot write /nonexistent/alerts: "), "{}", error);
    }
}
