//! @ID@: appends a line for each point to a file. Replace write by how you send points.
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

fn line(point: &Point) -> String {
    let mut line = unsafe { point.name.to_string() };
    for field in point.fields() {
        line.push(' ');
        line += &unsafe { field.key.to_string() };
    }
    line.push('\n');
    line
}

/// After a failure the same batch is offered again at the next flush.
extern "C" fn write(me: *mut Instance, batch: *const Batch, error: *mut Error) -> i32 {
    let me = unsafe { &*me };
    let lines: String = unsafe { &*batch }.points().iter().map(line).collect();
    let file = std::fs::OpenOptions::new().append(true).create(true).open(&me.path);
    match file.and_then(|mut file| file.write_all(lines.as_bytes())) {
        Ok(()) => OK,
        Err(why) => fail(error, E_IO, &format!("cannot write {}: {}", me.path, why)),
    }
}

static OUTPUT: Output<Instance> = Output { size: size::<Output<Instance>>(), write };

module!(
    id: "@ORG@", plugin: "@ID@", summary: "Appends names of measurements and fields to a file",
    start: None, stop: None,
    options: [option!("path", OPT_STRING, "\"/dev/stdout\"", "File to append to")],
    exts: [ext!("tw.output/1", OUTPUT)]
);

#[cfg(test)]
mod tests {
    use super::*;

    fn write_to(path: &str) -> (i32, String) {
        let fields = [Field { key: Str::new("busy"), value: Value::float(1.0) }];
        let points = [kept::point("cpu", &fields), kept::point("mem", &fields)];
        let batch = Batch { points: points.as_ptr(), count: points.len() };
        let mut error = Error::empty();
        let status = write(&mut Instance { path: path.to_string() }, &batch, &mut error);
        (status, error.text())
    }

    #[test]
    fn writes_a_line_for_each_point() {
        let _ = std::fs::remove_file("points");
        assert_eq!(write_to("points"), (OK, String::new()));
        assert_eq!(std::fs::read_to_string("points").unwrap(), "cpu busy\nmem busy\n");
        std::fs::remove_file("points").unwrap();
    }

    #[test]
    fn says_what_is_wrong() {
        let (status, error) = write_to("/nonexistent/points");
        assert_eq!(status, E_IO);
        assert!(error.starts_with("cannot write /nonexistent/points: "), "{}", error);
    }
}
