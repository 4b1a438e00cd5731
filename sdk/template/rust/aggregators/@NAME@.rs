//! @ID@: counts the points of each measurement. Replace add_points and push by the summary you want.
mod tickwork;
use std::collections::BTreeMap;
use tickwork::*;

pub struct Instance {
    field: String,
    counts: BTreeMap<String, i64>,
}

extern "C" fn create(_: *const Host, config: *const Config, out: *mut *mut Instance, error: *mut Error) -> i32 {
    let field = text_option(config, cstr!("field"));
    if field.is_empty() {
        return fail(error, E_INVALID, "field must not be empty");
    }
    unsafe { *out = Box::into_raw(Box::new(Instance { field, counts: BTreeMap::new() })) };
    OK
}

extern "C" fn destroy(me: *mut Instance) {
    drop(unsafe { Box::from_raw(me) });
}

extern "C" fn add_points(me: *mut Instance, batch: *const Batch, _: *mut Error) -> i32 {
    let me = unsafe { &mut *me };
    for point in unsafe { &*batch }.points() {
        *me.counts.entry(unsafe { point.name.to_string() }).or_insert(0) += 1;
    }
    OK
}

/// The window is over: its summary goes out, and the next one begins.
extern "C" fn push(me: *mut Instance, sink: *const Sink, _: *mut Error) -> i32 {
    let me = unsafe { &mut *me };
    for (name, count) in std::mem::take(&mut me.counts) {
        add(sink, &name, &[], &[Field { key: Str::new(&me.field), value: Value::int(count) }]);
    }
    OK
}

static AGGREGATOR: Aggregator<Instance> =
    Aggregator { size: size::<Aggregator<Instance>>(), add: add_points, push };

module!(
    id: "@ORG@", plugin: "@ID@", summary: "Counts points by measurement",
    start: None, stop: None,
    options: [option!("field", OPT_STRING, "\"count\"", "Field for the number")],
    exts: [ext!("tw.aggregator/1", AGGREGATOR)]
);

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(names: &[&str]) -> Instance {
        let mut me = Instance { field: "n".to_string(), counts: BTreeMap::new() };
        let fields = [Field { key: Str::new("busy"), value: Value::float(1.0) }];
        let points: Vec<Point> = names.iter().map(|name| kept::point(name, &fields)).collect();
        let batch = Batch { points: points.as_ptr(), count: points.len() };
        assert_eq!(add_points(&mut me, &batch, &mut Error::empty()), OK);
        me
    }

    #[test]
    fn counts() {
        let mut me = counted(&["cpu", "mem", "cpu"]);
        assert_eq!(kept::points(|sink, error| push(&mut me, sink, error)).1, ["cpu n=2", "mem n=1"]);
    }

    #[test]
    fn starts_afresh() {
        let mut me = counted(&["cpu"]);
        kept::points(|sink, error| push(&mut me, sink, error));
        assert!(kept::points(|sink, error| push(&mut me, sink, error)).1.is_empty());
    }
}
