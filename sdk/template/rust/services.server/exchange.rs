//! A request and its answer, from the first byte to the last.
use crate::connection::*;
use crate::http;
use crate::request::Request;
use crate::routes::*;
use crate::tickwork::*;
use std::os::raw::{c_char, c_void};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

extern "C" {
    fn time(out: *mut i64) -> i64;
    fn gmtime_r(time: *const i64, out: *mut [u64; 8]) -> *const [u64; 8];
    fn strftime(to: *mut u8, room: usize, format: *const c_char, time: *const [u64; 8]) -> usize;
}

/// What has gone out.
struct Answer {
    http11: bool,
    to_head: bool, // asked by HEAD
    code: u32,     // 0: no head yet
    left: u64,     // what the body may still have
    bodyless: bool,
    chunked: bool,
    failed: bool,
}

/// What an answer needs until its end, when nobody else waits for that.
struct Held { exchange: Arc<Exchange>, _request: Box<Request>, owner: usize }

#[derive(Default)]
struct State { ended: bool, cut: bool, held: Option<Held> }

pub struct Exchange {
    connection: Connection,
    routes: Arc<Routes>,
    raw: http::Response,
    answer: Mutex<Answer>,
    state: Mutex<State>,
    changed: Condvar,
}
/// Whoever answers may do so on any thread.
unsafe impl Send for Exchange {}
unsafe impl Sync for Exchange {}
unsafe impl Send for Held {}

/// For people: programs read the number.
fn reason(code: u32) -> &'static str {
    match code {
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

fn date() -> String {
    let (mut parts, mut text) = ([0u64; 8], [0u8; 40]);
    let n = unsafe {
        let now = time(std::ptr::null_mut());
        let parts = gmtime_r(&now, &mut parts);
        strftime(text.as_mut_ptr(), text.len(), cstr!("%a, %d %b %Y %H:%M:%S GMT"), parts)
    };
    String::from_utf8_lossy(&text[..n]).into_owned()
}

/// A line break would let a value's author write headers of his own.
fn clean(text: Str) -> String {
    unsafe { text.to_string() }.replace(|c| c == '\r' || c == '\n' || c == '\0', " ")
}

fn of<'a>(response: *const http::Response) -> &'a Exchange {
    unsafe { &*((*response).me as *const Exchange) }
}

extern "C" fn head(response: *const http::Response, code: u32, headers: *const http::Header, n: usize) -> i32 {
    let rows = unsafe { slice(headers, n) }.iter().map(|row| (clean(row.name), clean(row.value)));
    of(response).head(code, &rows.collect::<Vec<_>>())
}

extern "C" fn write(response: *const http::Response, bytes: Str) -> i32 {
    of(response).write(unsafe { bytes.bytes() })
}

extern "C" fn end(response: *const http::Response) {
    let x = of(response);
    let mut state = x.state.lock().unwrap();
    if state.ended {
        return;
    }
    x.finish(OK, "");
    state.ended = true;
    let held = state.held.take();
    // Without this the worker that is woken could be the last to hold x, and drop it too early.
    let _alive = unsafe { alive(x) };
    x.changed.notify_all();
    drop(state);
    if let Some(held) = held {
        held.exchange.routes.leave(held.owner);
    }
}

/// # Safety
/// x is in an Arc.
unsafe fn alive(x: &Exchange) -> Arc<Exchange> {
    Arc::increment_strong_count(x);
    Arc::from_raw(x)
}

extern "C" fn gone(response: *const http::Response) -> bool {
    of(response).connection.gone()
}

impl Exchange {
    pub fn new(connection: Connection, routes: Arc<Routes>) -> Arc<Exchange> {
        Arc::new_cyclic(|me| Exchange {
            connection,
            routes,
            raw: http::Response {
                size: size::<http::Response>(), me: me.as_ptr() as *mut c_void, head, write, end, gone,
            },
            answer: Mutex::new(Answer {
                http11: true, to_head: false, code: 0, left: u64::MAX, bodyless: false, chunked: false, failed: false,
            }),
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    /// Returns when all is answered, or after cut.
    pub fn run(self: &Arc<Exchange>, limit: Duration, max_body_size: u64) {
        let mut from = Reader::new(&self.connection, limit);
        let answered = Request::read(&mut from, &self.connection.peer, max_body_size).and_then(|request| {
            let found = self.routes.enter(&request.method, &request.segments)?;
            Ok(self.handle(Box::new(request), found))
        });
        match answered {
            Ok(false) => return, // cut
            Ok(true) | Err(Refusal::Nobody) => {}
            Err(Refusal::Code(code)) => self.refuse(code, reason(code), ""),
            Err(Refusal::NotAllowed(methods)) => self.refuse(405, reason(405), &methods.join(", ")),
        }
        self.connection.linger();
    }

    /// From any thread, when the server stops: what is held reads as gone, and should end.
    pub fn stop_reading(&self) {
        self.connection.stop_reading();
    }
    /// Waits for nobody any more.
    pub fn cut(&self) {
        self.connection.cut();
        self.state.lock().unwrap().cut = true;
        self.changed.notify_all();
    }

    /// False: cut before the end.
    fn handle(self: &Arc<Exchange>, mut request: Box<Request>, found: Match) -> bool {
        {
            let mut answer = self.answer.lock().unwrap();
            answer.http11 = request.http11;
            answer.to_head = request.method == "HEAD";
        }
        let mut error = Error::empty();
        let (owner, handle) = (found.owner, found.handle);
        let status = handle(owner as *mut c_void, request.raw(found.params), &self.raw, &mut error);
        let mut state = self.state.lock().unwrap();
        if status != AGAIN && !state.ended {
            self.finish(status, &error.text());
        }
        while status == AGAIN && !state.ended && !state.cut {
            state = self.changed.wait(state).unwrap();
        }
        if status == AGAIN && !state.ended {
            state.held = Some(Held { exchange: self.clone(), _request: request, owner });
            return false;
        }
        drop(state);
        self.routes.leave(owner);
        true
    }

    /// After a failure the end mark stays away: the client must see that something is missing.
    fn finish(&self, status: i32, message: &str) {
        let message = match message {
            "" if status < 0 => "the handler failed",
            "" => "the handler gave no answer",
            _ => message,
        };
        let (code, unfinished) = {
            let answer = self.answer.lock().unwrap();
            (answer.code, answer.chunked && !answer.failed)
        };
        if code == 0 {
            self.refuse(500, message, "");
        } else if status >= 0 && unfinished {
            self.connection.send(b"0\r\n\r\n");
        }
    }

    fn refuse(&self, code: u32, text: &str, allow: &str) {
        let body = format!("{}\n", text);
        let mut rows = vec![("Content-Type", "text/plain; charset=utf-8".to_string())];
        rows.push(("Content-Length", body.len().to_string()));
        if !allow.is_empty() {
            rows.push(("Allow", allow.to_string()));
        }
        let rows: Vec<_> = rows.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
        if self.head(code, &rows) == OK {
            self.write(body.as_bytes());
        }
    }

    fn head(&self, code: u32, rows: &[(String, String)]) -> i32 {
        let mut answer = self.answer.lock().unwrap();
        if answer.code != 0 || !(200..1000).contains(&code) {
            return E_INVALID;
        }
        answer.code = code;
        answer.bodyless = code == 204 || code == 304 || answer.to_head;
        let mut length = code == 204;
        let mut text = format!("HTTP/1.1 {} {}\r\n", code, reason(code));
        for (name, value) in rows {
            match name.to_ascii_lowercase().as_str() {
                "connection" | "date" | "transfer-encoding" => continue,
                "content-length" if code == 204 => continue,
                "content-length" => {
                    length = true;
                    answer.left = value.parse().unwrap_or(0);
                }
                _ => {}
            }
            text += &format!("{}: {}\r\n", name, value);
        }
        answer.chunked = !length && !answer.bodyless && answer.http11;
        if answer.chunked {
            text += "Transfer-Encoding: chunked\r\n";
        }
        text += &format!("Date: {}\r\nConnection: close\r\n\r\n", date());
        self.send(&mut answer, text.as_bytes())
    }

    fn write(&self, bytes: &[u8]) -> i32 {
        let mut answer = self.answer.lock().unwrap();
        if answer.code == 0 {
            return E_INVALID;
        }
        let bytes = &bytes[..answer.left.min(bytes.len() as u64) as usize];
        answer.left -= bytes.len() as u64;
        if answer.failed {
            return E_CANCELLED;
        }
        if answer.bodyless || bytes.is_empty() {
            return OK;
        }
        if !answer.chunked {
            return self.send(&mut answer, bytes);
        }
        let chunk = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        self.send(&mut answer, &chunk)
    }

    fn send(&self, answer: &mut Answer, bytes: &[u8]) -> i32 {
        answer.failed = answer.failed || !self.connection.send(bytes);
        if answer.failed { E_CANCELLED } else { OK }
    }
}
