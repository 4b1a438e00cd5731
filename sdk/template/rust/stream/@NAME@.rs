//! @ID@: passes on the points whose field is above a limit. Replace points by your function; in a
//! TICKscript it is @@NAME@().
mod tickwork;
use tickwork::*;

pub struct Instance {
    field: String,
    above: f64,
}

extern "C" fn create(_: *const Host, config: *const Config, out: *mut *mut Instance, _: *mut Error) -> i32 {
    let field = text_option(config, cstr!("field"));
    let above = unsafe { ((*config).real)(config, cstr!("above"), 0) };
    unsafe { *out = Box::into_raw(Box::new(Instance { field, above })) };
    OK
}

extern "C" fn destroy(me: *mut Instance) {
    drop(unsafe { Box::from_raw(me) });
}

/// Points of one group in time order. What is not added to the sink goes no further.
extern "C" fn points(
    me: *mut Instance, _: *const Group, batch: *const Batch, sink: *const Sink, _: *mut Error,
) -> i32 {
    let me = unsafe { &*me };
    for point in unsafe { &*batch }.points() {
        let field = point.fields().iter().find(|field| unsafe { field.key.bytes() } == me.field.as_bytes());
        if field.and_then(|field| field.value.number()).map_or(false, |value| value > me.above) {
            unsafe { ((*sink).add)(sink, point, 1) };
        }
    }
    OK
}

static STREAM: Stream<Instance> = Stream { size: size::<Stream<Instance>>(), points, open: None, close: None };

module!(
    id: "@ORG@", plugin: "@ID@", summary: "Passes on points above a limit",
    start: None, stop: None,
    options: [
        option!("field", OPT_STRING, "\"value\"", "Field to look at"),
        option!("above", OPT_FLOAT, "0.0", "The limit")
    ],
    exts: [ext!("tw.stream/1", STREAM)]
);

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(field: &str) -> Vec<String> {
        let mut me = Instance { field: field.to_string(), above: 90.0 };
        let (high, low) = ([95.5], [12.0]);
        let fields: Vec<[Field; 1]> =
            high.iter().chain(&low).map(|v| [Field { key: Str::new("busy"), value: Value::float(*v) }]).collect();
        let points: Vec<Point> = fields.iter().map(|f| kept::point("cpu", f)).collect();
        let group = Group { name: Str::new("cpu"), tags: std::ptr::null(), n_tags: 0, end_ns: 0 };
        let batch = Batch { points: points.as_ptr(), count: points.len() };
        kept::points(|sink, error| super::points(&mut me, &group, &batch, sink, error)).1
    }

    #[test]
    fn passes_on_what_is_above() {
        assert_eq!(passed("busy"), ["cpu busy=95.5"]);
    }

    #[test]
    fn drops_points_without_the_field() {
        assert!(passed("idle").is_empty());
    }
}
