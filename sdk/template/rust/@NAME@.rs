//! @ID@: reads a number from a file. Replace gather by what you want to measure.
mod tickwork;

use std::ptr::null;
use tickwork::*;

pub struct Instance {
    path: String,
}

extern "C" fn create(_: *const Host, config: *const Config, out: *mut *mut Instance, _: *mut Error) -> i32 {
    let path = unsafe { ((*config).str)(config, cstr!("path"), 0).to_string() };
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
static EXTS: Table<[Ext; 2]> =
    Table([Ext { id: INPUT_ID, vtable: &INPUT as *const Input<Instance> as *const u8 }, Ext { id: null(), vtable: null() }]);
static OPTIONS: Table<[Opt; 2]> = Table([
    Opt { key: cstr!("path"), kind: OPT_STRING, flags: 0, value: cstr!("\"/proc/uptime\""), doc: cstr!("File that begins with a number") },
    Opt { key: null(), kind: 0, flags: 0, value: null(), doc: null() },
]);
static PLUGIN: Table<Plugin<Instance>> = Table(Plugin {
    size: size::<Plugin<Instance>>(),
    flags: 0,
    id: cstr!("@ID@"),
    summary: cstr!("Reads a number from a file"),
    options: &OPTIONS.0 as *const Opt,
    exts: &EXTS.0 as *const Ext,
    create,
    start: None,
    stop: None,
    destroy,
});
static PLUGINS: Table<[*const Plugin<Instance>; 2]> = Table([&PLUGIN.0, null()]);

#[no_mangle]
pub static tickwork_module_v1: Table<Module<Instance>> = Table(Module {
    size: size::<Module<Instance>>(),
    abi_minor: 0,
    needs_minor: 0,
    id: cstr!("@ORG@"),
    version: cstr!("0.1.0"),
    license: cstr!("MIT"),
    plugins: &PLUGINS.0 as *const *const Plugin<Instance>,
});

#[cfg(test)]
mod tests {
    use super::*;

    extern "C" fn keep(sink: *const Sink, points: *const Point, n: usize) -> i32 {
        let lines = unsafe { &mut *((*sink).me as *mut Vec<f64>) };
        for i in 0..n {
            lines.push(unsafe { (*(*points.add(i)).fields).value.f });
        }
        OK
    }

    fn gather_from(path: &str) -> (i32, Vec<f64>, String) {
        let mut values: Vec<f64> = Vec::new();
        let sink = Sink { size: size::<Sink>(), me: &mut values as *mut Vec<f64> as *mut u8, add: keep };
        let mut error = Error { size: size::<Error>(), status: 0, message: [0; 504] };
        let mut me = Instance { path: path.to_string() };
        let status = gather(&mut me, &sink, &mut error);
        (status, values, error.text())
    }

    #[test]
    fn reads_the_number() {
        std::fs::write("number", "12.5 rest\n").unwrap();
        assert_eq!(gather_from("number"), (OK, vec![12.5], String::new()));
        std::fs::remove_file("number").unwrap();
    }

    #[test]
    fn says_what_is_wrong() {
        let (status, values, error) = gather_from("/nonexistent");
        assert_eq!((status, values.len()), (E_IO, 0));
        assert_eq!(error, "cannot read a number from /nonexistent");
    }
}
