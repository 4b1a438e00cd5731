//! @ID@: a number a line. Replace parse and serialize by your format; inputs and outputs use it as
//! data_format = "@NAME@".
mod tickwork;
use tickwork::*;

pub struct Instance {
    name: String,
    field: String,
}

extern "C" fn create(_: *const Host, config: *const Config, out: *mut *mut Instance, error: *mut Error) -> i32 {
    let (name, field) = (text_option(config, cstr!("default_name")), text_option(config, cstr!("field")));
    if name.is_empty() || field.is_empty() {
        return fail(error, E_INVALID, "default_name and field must not be empty");
    }
    unsafe { *out = Box::into_raw(Box::new(Instance { name, field })) };
    OK
}

extern "C" fn destroy(me: *mut Instance) {
    drop(unsafe { Box::from_raw(me) });
}

fn number(line: &[u8]) -> Option<f64> {
    std::str::from_utf8(line).ok()?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Sets used: an unfinished line stays for the next call, unless nothing follows.
extern "C" fn parse(
    me: *mut Instance, text: Str, flags: u32, used: *mut usize, sink: *const Sink, error: *mut Error,
) -> i32 {
    let me = unsafe { &*me };
    let text = unsafe { text.bytes() };
    let (mut at, mut good, mut why) = (0, 0, None);
    while at < text.len() {
        let end = text[at..].iter().position(|byte| *byte == b'\n');
        if end.is_none() && flags & PARSE_FINAL == 0 {
            break;
        }
        let line = &text[at..end.map_or(text.len(), |end| at + end)];
        at += line.len() + end.map_or(0, |_| 1);
        if let Some(number) = number(line) {
            add(sink, &me.name, &[], &[Field { key: Str::new(&me.field), value: Value::float(number) }]);
            good += 1;
        } else if !line.is_empty() && why.is_none() {
            why = Some(format!("\"{}\" is no number", String::from_utf8_lossy(&line[..line.len().min(40)])));
        }
    }
    unsafe { *used = at };
    match why {
        None => OK,
        Some(why) => fail(error, if good > 0 { PARTIAL } else { E_INVALID }, &why),
    }
}

extern "C" fn serialize(_: *mut Instance, batch: *const Batch, writer: *const Writer, _: *mut Error) -> i32 {
    for point in unsafe { &*batch }.points() {
        for number in point.fields().iter().filter_map(|field| field.value.number()) {
            let line = format!("{}\n", number);
            let status = unsafe { ((*writer).write)(writer, Str::new(&line)) };
            if status < 0 {
                return status;
            }
        }
    }
    OK
}

static PARSER: Parser<Instance> = Parser { size: size::<Parser<Instance>>(), parse };
static SERIALIZER: Serializer<Instance> = Serializer { size: size::<Serializer<Instance>>(), serialize };

module!(
    id: "@ORG@", plugin: "@ID@", summary: "A number a line",
    start: None, stop: None,
    options: [
        option!("default_name", OPT_STRING, "\"@NAME@\"", "Measurement; inputs give their own name"),
        option!("field", OPT_STRING, "\"value\"", "Field for a number that is read")
    ],
    exts: [ext!("tw.parser/1", PARSER), ext!("tw.serializer/1", SERIALIZER)]
);

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, flags: u32) -> (i32, Vec<String>, String, usize) {
        let mut me = Instance { name: "@NAME@".to_string(), field: "value".to_string() };
        let mut used = 0;
        let (status, lines, error) =
            kept::points(|sink, error| parse(&mut me, Str::new(text), flags, &mut used, sink, error));
        (status, lines, error, used)
    }

    #[test]
    fn reads_whole_lines() {
        let (status, lines, _, used) = parsed("12.5\n7\n1", 0);
        assert_eq!((status, used), (OK, 7)); // "1" may go on
        assert_eq!(lines, ["@NAME@ value=12.5", "@NAME@ value=7"]);
        assert_eq!(parsed("1", PARSE_FINAL).1, ["@NAME@ value=1"]);
    }

    #[test]
    fn says_what_is_wrong_and_keeps_the_rest() {
        let (status, lines, error, _) = parsed("x1\n2\n", 0);
        assert_eq!((status, error.as_str()), (PARTIAL, "\"x1\" is no number"));
        assert_eq!(lines, ["@NAME@ value=2"]);
    }
}
