//! What tw.services/1 and tw.http-server/1 hand over: copies of the C structs in
//! tickwork/host/services.h and tickwork/kind/http.h.
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
#[repr(C)]
pub struct Header { pub name: Str, pub value: Str }
#[repr(C)]
pub struct Request {
    pub size: u32, pub flags: u32, pub method: Str, pub path: Str, pub query: Str,
    pub headers: *const Header, pub n_headers: usize, pub params: *const Tag, pub n_params: usize,
    pub body: Str, pub peer: Str,
}
#[repr(C)]
pub struct Response {
    pub size: u32, pub me: *mut c_void,
    pub head: extern "C" fn(*const Response, u32, *const Header, usize) -> i32,
    pub write: extern "C" fn(*const Response, Str) -> i32,
    pub end: extern "C" fn(*const Response),
    pub gone: extern "C" fn(*const Response) -> bool,
}
#[repr(C)]
pub struct Route {
    pub size: u32, pub method: Str, pub pattern: Str, pub me: *mut c_void,
    pub handle: extern "C" fn(*mut c_void, *const Request, *const Response, *mut Error) -> i32,
}
#[repr(C)]
pub struct Server {
    pub size: u32,
    pub route: extern "C" fn(*mut c_void, *const Route, *mut Error) -> i32,
    pub unroute: extern "C" fn(*mut c_void, *mut c_void),
    pub address: extern "C" fn(*mut c_void) -> Str,
}

impl Ref {
    pub fn route(&self, route: &Route, error: *mut Error) -> i32 {
        unsafe { ((*(self.vtable as *const Server)).route)(self.me, route, error) }
    }
    /// Removes every route of me and waits for answers that are under way.
    pub fn unroute(&self, me: *mut c_void) {
        unsafe { ((*(self.vtable as *const Server)).unroute)(self.me, me) };
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
