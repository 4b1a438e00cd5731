//! The HTTP server that answers are registered with, found by tw.services/1: a copy of the C structs in
//! tickwork/host/services.h, and its calls.
use crate::http::*;
use crate::tickwork::*;
use std::os::raw::{c_char, c_void};

#[repr(C)]
pub struct Services {
    pub size: u32,
    pub find: extern "C" fn(*const Host, *const c_char, Str, *mut Ref, *mut Error) -> i32,
}
/// Another instance: its table and what its functions want first.
#[repr(C)]
pub struct Ref { pub vtable: *const c_void, pub me: *mut c_void }
type Table = Server<c_void>;

impl Ref {
    pub fn route(&self, route: &Route, error: *mut Error) -> i32 {
        unsafe { ((*(self.vtable as *const Table)).route)(self.me, route, error) }
    }
    /// Removes every route of me and waits for answers that are under way.
    pub fn unroute(&self, me: *mut c_void) {
        unsafe { ((*(self.vtable as *const Table)).unroute)(self.me, me) };
    }
}

/// What :name of the route's pattern matched.
pub fn param(request: &Request, name: &str) -> String {
    let params = unsafe { slice(request.params, request.n_params) };
    let found = params.iter().find(|one| unsafe { one.key.to_string() } == name);
    found.map_or(String::new(), |one| unsafe { one.value.to_string() })
}

/// The whole answer.
pub fn send(response: *const Response, code: u32, kind: &str, body: &str) -> i32 {
    let length = body.len().to_string();
    let headers = [
        Header { name: Str::new("Content-Type"), value: Str::new(kind) },
        Header { name: Str::new("Content-Length"), value: Str::new(&length) },
    ];
    let status = unsafe { ((*response).head)(response, code, headers.as_ptr(), headers.len()) };
    if status < 0 { status } else { unsafe { ((*response).write)(response, Str::new(body)) } }
}
