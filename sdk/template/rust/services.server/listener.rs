//! A socket that listens on "host:port" or "unix:/path".
use std::io::{Error, ErrorKind};
use std::net::{TcpListener, TcpStream};
use std::os::raw::c_int;
use std::os::unix::io::{AsRawFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};

extern "C" {
    fn shutdown(socket: c_int, how: c_int) -> c_int;
}
const SHUT_RDWR: c_int = 2;

pub enum Place {
    Port(String, u16),
    Path(String),
}

impl Place {
    pub fn new(bind: &str) -> Result<Place, String> {
        if let Some(path) = bind.strip_prefix("unix:") {
            let good = (1..108).contains(&path.len());
            let wrong = || format!("bind = \"{}\": the path must have 1 to 107 bytes", bind);
            return if good { Ok(Place::Path(path.to_string())) } else { Err(wrong()) };
        }
        if let Some((host, port)) = bind.rsplit_once(':') {
            let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
            if let (false, Ok(port)) = (host.is_empty(), port.parse()) {
                return Ok(Place::Port(inside.unwrap_or(host).to_string(), port));
            }
        }
        Err(format!("bind = \"{}\" is neither \"host:port\" nor \"unix:/path\"", bind))
    }
}

pub enum Listener {
    Port(TcpListener),
    Path(UnixListener, String),
}

impl Listener {
    pub fn open(place: &Place) -> Result<Listener, String> {
        let listener = match place {
            Place::Port(host, port) => TcpListener::bind((host.as_str(), *port)).map(Listener::Port),
            Place::Path(path) => {
                // A socket that nobody listens on is left from a crash.
                if UnixStream::connect(path).err().map(|why| why.kind()) == Some(ErrorKind::ConnectionRefused) {
                    let _ = std::fs::remove_file(path);
                }
                UnixListener::bind(path).map(|socket| Listener::Path(socket, path.clone()))
            }
        };
        listener.map_err(|why| why.to_string())
    }

    pub fn address(&self) -> String {
        match self {
            Listener::Port(socket) => socket.local_addr().map_or(String::new(), |address| address.to_string()),
            Listener::Path(_, path) => format!("unix:{}", path),
        }
    }

    /// Several threads may wait.
    pub fn accept(&self) -> Result<(TcpStream, String), Error> {
        match self {
            Listener::Port(socket) => {
                let (stream, peer) = socket.accept()?;
                stream.set_nodelay(true)?;
                Ok((stream, peer.to_string()))
            }
            // The same kind of descriptor, as far as it is used.
            Listener::Path(socket, _) => Ok((OwnedFd::from(socket.accept()?.0).into(), "unix".to_string())),
        }
    }

    /// From any thread: every accept ends, now and later.
    pub fn stop(&self) {
        let socket = match self {
            Listener::Port(socket) => socket.as_raw_fd(),
            Listener::Path(socket, _) => socket.as_raw_fd(),
        };
        unsafe { shutdown(socket, SHUT_RDWR) };
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Listener::Path(_, path) = self {
            let _ = std::fs::remove_file(path);
        }
    }
}
