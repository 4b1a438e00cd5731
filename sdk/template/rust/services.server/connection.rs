//! A client's connection: read within a time limit, written as fast as the client takes it.
use std::io::{Error, ErrorKind, Read};
use std::net::{Shutdown, TcpStream};
use std::os::raw::{c_int, c_short, c_ulong};
use std::os::unix::io::AsRawFd;
use std::time::{Duration, Instant};

#[repr(C)]
struct PollFd { socket: c_int, events: c_short, found: c_short }
extern "C" {
    fn poll(all: *mut PollFd, n: c_ulong, ms: c_int) -> c_int;
    fn send(socket: c_int, data: *const u8, n: usize, flags: c_int) -> isize;
}
const POLLOUT: c_short = 4;
const POLLRDHUP: c_short = 0x2000;
const MSG_DONTWAIT_NOSIGNAL: c_int = 0x40 | 0x4000;

/// Why a request is not handled.
#[derive(Debug)]
pub enum Refusal {
    Code(u32),
    NotAllowed(Vec<String>),
    Nobody, // waits for an answer
}

pub struct Connection { pub stream: TcpStream, pub peer: String, pub write_limit: Duration }

impl Connection {
    /// False: the client is gone, or has not taken anything for too long.
    pub fn send(&self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            let n = unsafe { send(self.stream.as_raw_fd(), bytes.as_ptr(), bytes.len(), MSG_DONTWAIT_NOSIGNAL) };
            let again = n >= 0 || match Error::last_os_error().kind() {
                ErrorKind::Interrupted => true,
                ErrorKind::WouldBlock => self.is(POLLOUT, self.write_limit),
                _ => false,
            };
            if !again {
                return false;
            }
            bytes = &bytes[n.max(0) as usize..];
        }
        true
    }

    pub fn gone(&self) -> bool {
        self.is(POLLRDHUP, Duration::from_secs(0))
    }

    /// Whether an event is there within the limit.
    fn is(&self, event: c_short, limit: Duration) -> bool {
        let mut state = PollFd { socket: self.stream.as_raw_fd(), events: event, found: 0 };
        let ms = limit.as_millis().min(c_int::MAX as u128) as c_int;
        loop {
            match unsafe { poll(&mut state, 1, ms) } {
                -1 if Error::last_os_error().kind() == ErrorKind::Interrupted => {}
                n => return n > 0,
            }
        }
    }

    /// Reads what the client still sends: to close before would take the answer away from it.
    pub fn linger(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        let mut rest = Reader::new(self, Duration::from_secs(1));
        while rest.read().is_ok() {}
    }

    /// From any thread: nothing more is read, and the client counts as gone.
    pub fn stop_reading(&self) {
        let _ = self.stream.shutdown(Shutdown::Read);
    }
    pub fn cut(&self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// Reads a request, all of it within the limit.
pub struct Reader<'a> {
    connection: &'a Connection,
    until: Instant,
    begun: bool,
    seen: Vec<u8>, // what was read, and is used up to at
    at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(connection: &'a Connection, limit: Duration) -> Reader<'a> {
        Reader { connection, until: Instant::now() + limit, begun: false, seen: Vec::new(), at: 0 }
    }

    /// The next line without its end. Takes it from room, which limits what a client may send in lines.
    pub fn line(&mut self, room: &mut usize) -> Result<String, Refusal> {
        let mut line = Vec::new();
        loop {
            if self.at == self.seen.len() {
                self.read()?;
            }
            let rest = &self.seen[self.at..];
            let end = rest.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(rest.len(), |end| end + 1);
            *room = room.checked_sub(used).ok_or(Refusal::Code(431))?;
            line.extend_from_slice(&rest[..end.unwrap_or(used)]);
            self.at += used;
            if end.is_some() {
                break;
            }
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        if line.iter().any(|byte| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f) {
            return Err(Refusal::Code(400));
        }
        Ok(String::from_utf8_lossy(&line).into_owned())
    }

    pub fn append(&mut self, mut n: u64, to: &mut Vec<u8>) -> Result<(), Refusal> {
        while n > 0 {
            if self.at == self.seen.len() {
                self.read()?;
            }
            let part = n.min((self.seen.len() - self.at) as u64) as usize;
            to.extend_from_slice(&self.seen[self.at..self.at + part]);
            self.at += part;
            n -= part as u64;
        }
        Ok(())
    }

    /// More has arrived than was read.
    pub fn has_more(&self) -> bool {
        self.at < self.seen.len()
    }

    pub fn send(&self, bytes: &[u8]) -> bool {
        self.connection.send(bytes)
    }

    /// More, after all of seen was used.
    fn read(&mut self) -> Result<(), Refusal> {
        let too_late = if self.begun { Refusal::Code(408) } else { Refusal::Nobody };
        let left = self.until.saturating_duration_since(Instant::now());
        let mut stream = &self.connection.stream;
        if left.as_micros() == 0 || stream.set_read_timeout(Some(left)).is_err() {
            return Err(too_late);
        }
        self.seen.resize(16384, 0);
        self.at = 0;
        let got = stream.read(&mut self.seen);
        self.seen.truncate(*got.as_ref().unwrap_or(&0));
        match got {
            Ok(0) => Err(Refusal::Nobody),
            Ok(_) => {
                self.begun = true;
                Ok(())
            }
            Err(why) if why.kind() == ErrorKind::WouldBlock => Err(too_late),
            Err(why) if why.kind() == ErrorKind::Interrupted => self.read(),
            Err(_) => Err(Refusal::Nobody),
        }
    }
}
