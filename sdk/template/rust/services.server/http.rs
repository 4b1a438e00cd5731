//! What tw.http-server/1 hands over: copies of the C structs in tickwork/kind/http.h.
#![allow(dead_code)]
use crate::tickwork::*;
use std::os::raw::c_void;

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
pub type Handle = extern "C" fn(*mut c_void, *const Request, *const Response, *mut Error) -> i32;
#[repr(C)]
pub struct Route { pub size: u32, pub method: Str, pub pattern: Str, pub me: *mut c_void, pub handle: Handle }
#[repr(C)]
pub struct Server<I> {
    pub size: u32,
    pub route: extern "C" fn(*mut I, *const Route, *mut Error) -> i32,
    pub unroute: extern "C" fn(*mut I, *mut c_void),
    pub address: extern "C" fn(*mut I) -> Str,
}
