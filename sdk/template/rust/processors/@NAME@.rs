//! @ID@: gives points a tag that they lack. Replace process by what you want to do with points.
mod tickwork;
use tickwork::*;

pub struct Instance {
    key: String,
    value: String,
}

extern "C" fn create(_: *const Host, config: *const Config, out: *mut *mut Instance, error: *mut Error) -> i32 {
    let (key, value) = (text_option(config, cstr!("key")), text_option(config, cstr!("value")));
    if key.is_empty() || value.is_empty() {
        return fail(error, E_INVALID, "key and value must not be empty");
    }
    unsafe { *out = Box::into_raw(Box::new(Instance { key, value })) };
    OK
}

extern "C" fn destroy(me: *mut Instance) {
    drop(unsafe { Box::from_raw(me) });
}

/// What is not added to the sink goes no further.
extern "C" fn process(me: *mut Instance, batch: *const Batch, sink: *const Sink, _: *mut Error) -> i32 {
    let me = unsafe { &*me };
    let mut tags: Vec<Tag> = Vec::new();
    for point in unsafe { &*batch }.points() {
        let mut point = *point;
        if !point.tags().iter().any(|tag| unsafe { tag.key.bytes() } == me.key.as_bytes()) {
            tags.clear();
            tags.extend_from_slice(point.tags());
            tags.push(Tag { key: Str::new(&me.key), value: Str::new(&me.value) });
            point.tags = tags.as_ptr();
            point.n_tags = tags.len() as u32;
            point.series = Str::new(""); // the text that it came from has other tags
        }
        unsafe { ((*sink).add)(sink, &point, 1) };
    }
    OK
}

static PROCESSOR: Processor<Instance> = Processor { size: size::<Processor<Instance>>(), process };

module!(
    id: "@ORG@", plugin: "@ID@", summary: "Gives points a tag that they lack",
    start: None, stop: None,
    options: [
        option!("key", OPT_STRING, "\"place\"", "Key of the tag"),
        option!("value", OPT_STRING, "\"here\"", "Its value")
    ],
    exts: [ext!("tw.processor/1", PROCESSOR)]
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_the_tag_where_it_is_missing() {
        let mut me = Instance { key: "site".to_string(), value: "north".to_string() };
        let fields = [Field { key: Str::new("busy"), value: Value::float(1.0) }];
        let tags = [Tag { key: Str::new("site"), value: Str::new("south") }];
        let mut points = [kept::point("cpu", &fields), kept::point("cpu", &fields)];
        points[1].tags = tags.as_ptr();
        points[1].n_tags = 1;
        let batch = Batch { points: points.as_ptr(), count: points.len() };
        let (status, lines, _) = kept::points(|sink, error| process(&mut me, &batch, sink, error));
        assert_eq!(status, OK);
        assert_eq!(lines, ["cpu,site=north busy=1", "cpu,site=south busy=1"]);
    }

    #[test]
    fn handles_an_empty_batch() {
        let mut me = Instance { key: "site".to_string(), value: "north".to_string() };
        let batch = Batch { points: std::ptr::null(), count: 0 };
        assert_eq!(kept::points(|sink, error| process(&mut me, &batch, sink, error)).0, OK);
    }
}
