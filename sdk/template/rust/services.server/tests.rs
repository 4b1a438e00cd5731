use super::*;
use crate::http::*;
use std::ffi::CStr;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::raw::c_char;
use std::os::unix::net::UnixStream;
use std::ptr::{null, null_mut};
use std::time::Instant;

extern "C" fn nothing(_: *const Host, _: *const c_char) -> *const u8 {
    null()
}
extern "C" fn log(_: *const Host, _: i32, _: Str) {}
extern "C" fn zero(_: *const Host) -> i64 {
    0
}
extern "C" fn never(_: *const Host) -> bool {
    false
}
extern "C" fn count(_: *const Config, _: *const c_char) -> usize {
    1
}
/// The only text is bind, which the configuration points to.
extern "C" fn text(config: *const Config, _: *const c_char, _: usize) -> Str {
    Str::new(unsafe { &*((*config).me as *const String) })
}
extern "C" fn number(_: *const Config, key: *const c_char, _: usize) -> i64 {
    match unsafe { CStr::from_ptr(key) }.to_str() {
        Ok("threads") => 4,
        Ok("max_body_size") => 10,
        _ => 5_000_000_000,
    }
}
extern "C" fn real(_: *const Config, _: *const c_char, _: usize) -> f64 {
    0.0
}

static HOST: Table<Host> = Table(Host {
    size: size::<Host>(), abi_minor: 0, name: cstr!("test"), version: cstr!("0"), me: null_mut(), log, now: zero,
    ticks: zero, stopping: never, ext: nothing,
});

/// A server that is started, or why not.
struct Server(*mut Instance);

impl Server {
    fn new(bind: &str) -> Result<Server, String> {
        let bind = bind.to_string();
        let me = &bind as *const String as *const u8;
        let config = Config { size: size::<Config>(), me, count, str: text, num: number, real };
        let (mut error, mut instance) = (Error::empty(), null_mut());
        if create(&HOST.0, &config, &mut instance, &mut error) != OK {
            return Err(error.text());
        }
        let server = Server(instance);
        if start(server.0, &mut error) == OK { Ok(server) } else { Err(error.text()) }
    }
    fn address(&self) -> String {
        unsafe { address(self.0).to_string() }
    }
    /// The error.
    fn route(&self, method: &str, pattern: &str, handle: Handle, me: *mut c_void) -> String {
        let wanted =
            Route { size: size::<Route>(), method: Str::new(method), pattern: Str::new(pattern), me, handle };
        let mut error = Error::empty();
        route(self.0, &wanted, &mut error);
        error.text()
    }
    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address()).unwrap()
    }
    fn ask(&self, request: &str) -> String {
        let mut wire = self.connect();
        let _ = wire.write_all(request.as_bytes());
        let mut answer = String::new();
        let _ = wire.read_to_string(&mut answer);
        answer
    }
    fn get(&self, method: &str, target: &str) -> String {
        self.ask(&format!("{} {} HTTP/1.1\r\nHost: x\r\n\r\n", method, target))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        stop(self.0, &mut Error::empty());
        destroy(self.0);
    }
}

fn begin(response: *const Response, headers: &[Header]) {
    unsafe { ((*response).head)(response, 200, headers.as_ptr(), headers.len()) };
}
fn put(response: *const Response, text: &str) -> i32 {
    unsafe { ((*response).write)(response, Str::new(text)) }
}
fn is_gone(response: *const Response) -> bool {
    unsafe { ((*response).gone)(response) }
}

extern "C" fn greet(_: *mut c_void, request: *const Request, response: *const Response, _: *mut Error) -> i32 {
    let who = unsafe { slice((*request).params, (*request).n_params)[0].value.to_string() };
    let text = format!("Hello {}\n", who);
    begin(response, &[Header { name: Str::new("Content-Length"), value: Str::new(&text.len().to_string()) }]);
    put(response, &text)
}

extern "C" fn echo(_: *mut c_void, request: *const Request, response: *const Response, _: *mut Error) -> i32 {
    begin(response, &[Header { name: Str::new("X-Query"), value: unsafe { (*request).query } }]);
    put(response, &unsafe { (*request).body.to_string() });
    put(response, "!")
}

extern "C" fn break_off(me: *mut c_void, _: *const Request, response: *const Response, error: *mut Error) -> i32 {
    if !me.is_null() {
        begin(response, &[]);
        put(response, "some");
    }
    fail(error, E_IO, "no disk")
}

/// A response that its handler has given out of its hands.
type Later = Mutex<Option<usize>>;

extern "C" fn hold(me: *mut c_void, _: *const Request, response: *const Response, _: *mut Error) -> i32 {
    *unsafe { &*(me as *const Later) }.lock().unwrap() = Some(response as usize);
    AGAIN
}

fn wait_for(later: &Later) -> *const Response {
    loop {
        if let Some(response) = later.lock().unwrap().take() {
            return response as *const Response;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

fn answers_requests(server: &Server) {
    assert_eq!(server.route("GET", "/greet/:who", greet, null_mut()), "");
    assert_eq!(server.route("GET", "/greet/:who", greet, null_mut()), "the route GET /greet/:who is taken");
    server.route("GET", "/greet/*", echo, null_mut());
    server.route("POST", "/echo", echo, null_mut());
    let answer = server.get("GET", "/greet/you%2Fme");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Length: 13\r\nDate: "), "{}", answer);
    assert!(answer.ends_with(" GMT\r\nConnection: close\r\n\r\nHello you/me\n"), "{}", answer);
    assert!(server.get("GET", "/greet/a/b").ends_with("\r\n1\r\n!\r\n0\r\n\r\n"));
    assert!(server.get("HEAD", "/greet/you").ends_with("close\r\n\r\n"));
    assert!(server.get("GET", "/").starts_with("HTTP/1.1 404 Not Found\r\n"));
    let answer = server.get("PUT", "/greet/you");
    assert!(answer.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"), "{}", answer);
    assert!(answer.contains("\r\nAllow: GET, HEAD\r\n"), "{}", answer);
    let post = "POST /echo?a=%20 HTTP/1.1\r\nHost: x\r\n";
    let answer = server.ask(&format!("{}Content-Length: 5\r\n\r\nhello", post));
    assert!(answer.contains("\r\nX-Query: a=%20\r\nTransfer-Encoding: chunked\r\n"), "{}", answer);
    assert!(answer.ends_with("\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"), "{}", answer);
    let chunks = "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n02\r\nlo\r\n0\r\nX: y\r\n\r\n";
    assert!(server.ask(&format!("{}{}", post, chunks)).contains("\r\n5\r\nhello\r\n"));
    assert!(server.ask("POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi").ends_with("\r\n\r\nhi!"));
}

fn refuses_what_is_wrong(server: &Server) {
    let code = |request: &str| server.ask(request)[9..12].to_string();
    let post = |rest: &str| code(&format!("POST /echo HTTP/1.1\r\nHost: x\r\n{}", rest));
    assert_eq!(code("nonsense\r\n\r\n"), "400");
    assert_eq!(code("GET /greet/%zz HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
    assert_eq!(code("GET /greet/a HTTP/1.1\r\n\r\n"), "400"); // no host
    assert_eq!(code("GET /greet/a HTTP/2.0\r\nHost: x\r\n\r\n"), "505");
    assert_eq!(post("X : y\r\n\r\n"), "400");
    assert_eq!(post("Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"), "400");
    assert_eq!(post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "400");
    assert_eq!(post("Transfer-Encoding: gzip\r\n\r\n"), "501");
    assert_eq!(post("Content-Length: 10\r\n\r\n0123456789"), "200");
    assert_eq!(post("Content-Length: 11\r\n\r\n01234567890"), "413");
    assert_eq!(post("Content-Length: 99999999999999999999\r\n\r\n"), "413");
    assert_eq!(post("Transfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n012345\r\n0\r\n\r\n"), "413");
    assert_eq!(post(&format!("X: {}\r\n\r\n", "x".repeat(70000))), "431");
}

fn tells_failures(server: &Server) {
    let mut after = 0;
    server.route("GET", "/before", break_off, null_mut());
    server.route("GET", "/after", break_off, &mut after as *mut i32 as *mut c_void);
    let answer = server.get("GET", "/before");
    assert!(answer.starts_with("HTTP/1.1 500 Internal Server Error\r\n"), "{}", answer);
    assert!(answer.ends_with("\r\n\r\nno disk\n"), "{}", answer);
    assert!(server.get("GET", "/after").ends_with("4\r\nsome\r\n")); // without the end mark
}

fn answers_later(server: &Server) {
    let later = Later::default();
    let me = &later as *const Later as *mut c_void;
    server.route("GET", "/later", hold, me);
    let mut wire = server.connect();
    wire.write_all(b"GET /later HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let response = wait_for(&later);
    let (instance, owner) = (server.0 as usize, me as usize);
    let waits = thread::spawn(move || unroute(instance as *mut Instance, owner as *mut c_void));
    thread::sleep(Duration::from_millis(50));
    assert!(!waits.is_finished());
    begin(response, &[]);
    put(response, "late");
    unsafe { ((*response).end)(response) };
    waits.join().unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("\r\n4\r\nlate\r\n0\r\n\r\n"), "{}", answer);
}

fn stops_while_an_answer_is_open(server: &Server) {
    let later = Later::default();
    let me = &later as *const Later as *mut c_void;
    server.route("GET", "/later", hold, me);
    let mut wire = server.connect();
    wire.write_all(b"GET /later HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let response = wait_for(&later);
    assert!(!is_gone(response));
    let begun = Instant::now();
    assert_eq!(stop(server.0, &mut Error::empty()), OK);
    assert!(begun.elapsed() < Duration::from_secs(4));
    assert!(is_gone(response));
    begin(response, &[]);
    assert_eq!(put(response, "x"), E_CANCELLED);
    unsafe { ((*response).end)(response) };
    unroute(server.0, me); // nothing is open any more
    assert_eq!(start(server.0, &mut Error::empty()), OK);
    assert!(server.get("GET", "/greet/me").ends_with("Hello me\n")); // routes stay
}

#[test]
fn answers_while_it_is_started() {
    let server = Server::new("127.0.0.1:0").ok().unwrap();
    answers_requests(&server);
    refuses_what_is_wrong(&server);
    tells_failures(&server);
    answers_later(&server);
    stops_while_an_answer_is_open(&server);
    unroute(server.0, null_mut());
    assert!(server.get("GET", "/greet/me").starts_with("HTTP/1.1 404 Not Found\r\n"));
    let path = Server::new("unix:test.socket").ok().unwrap();
    let mut wire = UnixStream::connect("test.socket").unwrap();
    wire.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{}", answer);
    drop(path);
    assert!(std::fs::metadata("test.socket").is_err());
}

#[test]
fn says_what_is_wrong() {
    let why = |bind: &str| Server::new(bind).err().unwrap_or_default();
    assert_eq!(why("8080"), "bind = \"8080\" is neither \"host:port\" nor \"unix:/path\"");
    let server = Server::new("127.0.0.1:0").ok().unwrap();
    let taken = format!("cannot listen on {}: Address already in use", server.address());
    assert!(why(&server.address()).starts_with(&taken));
}
