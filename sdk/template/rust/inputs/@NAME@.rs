//! @ID@: reads a number from a file. Replace gather by what you want to measure.
mod tickwork;
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

extern "C" fn gather(me: *mut Instance, sink: *const Sink, error: *mut Error) -> i32 {
    let me = unsafe { &*me };
    let text = std::fs::read_to_string(&me.path).unwrap_or_default();
    let value = match text.split_whitespace().next().and_then(|word| word.parse().ok()) {
        Some(value) => value,
        None => return fail(error, E_IO, &format!("cannot read a number from {}", me.path)),
    };
    let tags = [Tag { key: Str::new("source"), value: Str::new(&me.path) }];
    let fields = [Field { key: Str::new("value"), value: Value::float(value) }];
    add(sink, "@NAME@", &tags, &fields)
}

static INPUT: Input<Instance> = Input { size: size::<Input<Instance>>(), gather };

module!(
    id: "@ORG@", plugin: "@ID@", summary: "Reads a number from a file",
    start: None, stop: None,
    options: [option!("path", OPT_STRING, "\"/proc/uptime\"", "File that begins with a number")],
    exts: [ext!("tw.input/1", INPUT)]
);

#[cfg(test)]
mod tests {
    use super::*;

    fn gather_from(path: &str) -> (i32, Vec<String>, String) {
        let mut me = Instance { path: path.to_string() };
        kept::points(|sink, error| gather(&mut me, sink, error))
    }

    #[test]
    fn reads_the_number() {
        std::fs::write("number", "12.5 rest\n").unwrap();
        assert_eq!(gather_from("number").1, ["@NAME@,source=number value=12.5"]);
        std::fs::remove_file("number").unwrap();
    }

    #[test]
    fn says_what_is_wrong() {
        let (status, points, error) = gather_from("/nonexistent");
        assert_eq!((status, points.len()), (E_IO, 0));
        assert_eq!(error, "cannot read a number from /nonexistent");
    }
}
