//! A request as a client sends it: HTTP/1.0 or 1.1, with a length or in chunks.
use crate::connection::*;
use crate::http;
use crate::tickwork::*;

pub struct Request {
    pub method: String,
    pub segments: Vec<String>, // of the path, each decoded: "a%2Fb" is one
    pub http11: bool,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    peer: String,
    params: Vec<(String, String)>,
    raw_headers: Vec<http::Header>,
    raw_params: Vec<Tag>,
    raw: Option<http::Request>,
}

/// "/a/b" is "a" and "b", "/" is an empty one.
pub fn split_path(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').skip(1)
}

const WRONG: Refusal = Refusal::Code(400);

fn need(good: bool) -> Result<(), Refusal> {
    if good { Ok(()) } else { Err(WRONG) }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&c))
}

/// A zero is refused: no name has one in it.
fn decoded(text: &str) -> Result<String, Refusal> {
    let hex = |c: Option<u8>| c.and_then(|c| (c as char).to_digit(16)).ok_or(WRONG);
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let byte = if byte == b'%' { (hex(bytes.next())? * 16 + hex(bytes.next())?) as u8 } else { byte };
        need(byte != 0)?;
        out.push(byte);
    }
    String::from_utf8(out).map_err(|_| WRONG)
}

fn number(text: &str, radix: u32) -> Result<u64, Refusal> {
    need(!text.is_empty() && text.chars().all(|c| c.is_digit(radix)))?;
    u64::from_str_radix(text, radix).map_err(|_| Refusal::Code(413))
}

impl Request {
    pub fn read(from: &mut Reader, peer: &str, max_body_size: u64) -> Result<Request, Refusal> {
        let mut room = 65536;
        let mut r = Request::first_line(&from.line(&mut room)?)?;
        r.peer = peer.to_string();
        loop {
            let line = from.line(&mut room)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or(WRONG)?;
            need(is_token(name))?;
            r.headers.push((name.to_string(), value.trim_matches(|c| c == ' ' || c == '\t').to_string()));
        }
        let hosts = r.values("Host").count();
        need(hosts == 1 || (hosts == 0 && !r.http11))?;
        r.read_body(from, max_body_size)?;
        Ok(r)
    }

    fn first_line(line: &str) -> Result<Request, Refusal> {
        let parts: Vec<&str> = line.split(' ').collect();
        need(parts.len() == 3 && is_token(parts[0]) && parts[2].len() == 8 && parts[2].starts_with("HTTP/"))?;
        let http11 = parts[2] == "HTTP/1.1";
        if !http11 && parts[2] != "HTTP/1.0" {
            return Err(Refusal::Code(505));
        }
        let (path, query) = Request::split_target(parts[1])?;
        let segments = split_path(path).map(decoded).collect::<Result<_, _>>()?;
        Ok(Request {
            method: parts[0].to_string(), segments, http11, path: decoded(path)?, query: query.to_string(),
            headers: Vec::new(), body: Vec::new(), peer: String::new(), params: Vec::new(),
            raw_headers: Vec::new(), raw_params: Vec::new(), raw: None,
        })
    }

    /// "/a?b", or "http://host/a?b" as proxies are asked.
    fn split_target(target: &str) -> Result<(&str, &str), Refusal> {
        let rest = match target.strip_prefix("http://") {
            Some(rest) => &rest[rest.find(|c| c == '/' || c == '?').unwrap_or(rest.len())..],
            None if target == "*" => return Err(Refusal::Code(404)),
            None => {
                need(target.starts_with('/'))?;
                target
            }
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Ok((if path.is_empty() { "/" } else { path }, query))
    }

    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn read_body(&mut self, from: &mut Reader, most: u64) -> Result<(), Refusal> {
        let codings: Vec<&str> = self.values("Transfer-Encoding").collect();
        let lengths: Vec<&str> = self.values("Content-Length").collect();
        let chunked = !codings.is_empty();
        need(lengths.len() <= 1 && !(chunked && (lengths.len() == 1 || !self.http11)))?;
        if chunked && (codings.len() > 1 || !codings[0].eq_ignore_ascii_case("chunked")) {
            return Err(Refusal::Code(501));
        }
        let length = if lengths.is_empty() { 0 } else { number(lengths[0], 10)? };
        if length > most {
            return Err(Refusal::Code(413));
        }
        let waits = self.values("Expect").any(|value| value.eq_ignore_ascii_case("100-continue"));
        if waits && self.http11 && (chunked || length > 0) && !from.has_more() {
            from.send(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        if chunked { self.read_chunks(from, most) } else { from.append(length, &mut self.body) }
    }

    fn read_chunks(&mut self, from: &mut Reader, most: u64) -> Result<(), Refusal> {
        loop {
            let mut room = 4096;
            let line = from.line(&mut room)?;
            let n = number(line.split(';').next().unwrap_or("").trim_end(), 16)?;
            if n > most - self.body.len() as u64 {
                return Err(Refusal::Code(413));
            }
            if n == 0 {
                break;
            }
            from.append(n, &mut self.body)?;
            need(from.line(&mut room)?.is_empty())?;
        }
        let mut room = 65536;
        while !from.line(&mut room)?.is_empty() {} // trailers
        Ok(())
    }

    /// Borrowed from this.
    pub fn raw(&mut self, params: Vec<(String, String)>) -> *const http::Request {
        self.params = params;
        let header = |(name, value): &(String, String)| http::Header { name: Str::new(name), value: Str::new(value) };
        let param = |(key, value): &(String, String)| Tag { key: Str::new(key), value: Str::new(value) };
        self.raw_headers = self.headers.iter().map(header).collect();
        self.raw_params = self.params.iter().map(param).collect();
        self.raw.insert(http::Request {
            size: size::<http::Request>(), flags: 0, method: Str::new(&self.method), path: Str::new(&self.path),
            query: Str::new(&self.query), headers: self.raw_headers.as_ptr(), n_headers: self.raw_headers.len(),
            params: self.raw_params.as_ptr(), n_params: self.raw_params.len(),
            body: Str { data: self.body.as_ptr(), len: self.body.len() }, peer: Str::new(&self.peer),
        })
    }
}
