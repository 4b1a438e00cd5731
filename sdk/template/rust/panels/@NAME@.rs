//! @ID@: a panel of the page that shows the newest number. Replace panel.js by your drawing.
mod tickwork;
use tickwork::*;

/// Not empty, so that each instance has an address of its own.
pub struct Instance {
    _unused: u8,
}

extern "C" fn create(_: *const Host, _: *const Config, out: *mut *mut Instance, _: *mut Error) -> i32 {
    unsafe { *out = Box::into_raw(Box::new(Instance { _unused: 0 })) };
    OK
}

extern "C" fn destroy(me: *mut Instance) {
    drop(unsafe { Box::from_raw(me) });
}

const MANIFEST: &str = concat!(include_str!("panel.toml"), "\0");
const SCRIPT: &str = include_str!("panel.js");

/// Data only: the page's plugin finds it, no table in a configuration is needed.
static FILES: Table<[File; 2]> = Table([
    File {
        path: cstr!("panel.js"), mime: cstr!("text/javascript; charset=utf-8"), data: SCRIPT.as_ptr(), len: SCRIPT.len(),
    },
    File { path: std::ptr::null(), mime: std::ptr::null(), data: std::ptr::null(), len: 0 },
]);
static PANEL: Table<Panel> = Table(Panel {
    size: size::<Panel>(),
    manifest: MANIFEST.as_ptr() as *const std::os::raw::c_char,
    files: &FILES.0 as *const File,
});

module!(
    id: "@ORG@", plugin: "@ID@", summary: "Shows the newest number",
    start: None, stop: None, options: [], exts: [ext!("tw.panel/1", PANEL)]
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_its_element_and_module() {
        assert!(MANIFEST.contains("element = \"x-@NAME@\""));
        assert!(MANIFEST.contains("module = \"panel.js\""));
    }

    #[test]
    fn brings_the_module() {
        assert!(SCRIPT.contains("export default class"));
        assert!(!SCRIPT.contains('\0'));
    }
}
