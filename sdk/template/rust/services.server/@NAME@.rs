//! @ID@: an HTTP server that other plugins register routes with. Each of its threads serves one
//! connection at a time, which ends with its first answer. Replace what it lacks: TLS, connections
//! that stay, fewer threads.
mod connection;
mod exchange;
mod http;
mod listener;
mod request;
mod routes;
mod tickwork;
use connection::Connection;
use exchange::Exchange;
use listener::*;
use routes::Routes;
use std::os::raw::c_void;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;
use tickwork::*;

struct Settings {
    host: *const Host,
    threads: i64,
    max_body_size: u64,
    read_timeout: Duration,
    write_timeout: Duration,
}

/// What the threads share from start to stop.
struct Running {
    settings: Arc<Settings>,
    listener: Listener,
    routes: Arc<Routes>,
    stopping: AtomicBool,
    open: Mutex<Vec<Arc<Exchange>>>,
    closed: Condvar,
}
/// The host takes log lines from any thread.
unsafe impl Send for Running {}
unsafe impl Sync for Running {}

#[derive(Default)]
struct Started { address: String, running: Option<Arc<Running>>, threads: Vec<thread::JoinHandle<()>> }

pub struct Instance {
    settings: Arc<Settings>,
    bind: String,
    routes: Arc<Routes>,
    started: Mutex<Started>,
}

impl Settings {
    fn log(&self, level: i32, line: &str) {
        unsafe { ((*self.host).log)(self.host, level, Str::new(line)) };
    }
}

impl Running {
    fn work(&self) {
        while !self.stopping.load(SeqCst) {
            match self.listener.accept() {
                Ok((stream, peer)) => {
                    let connection = Connection { stream, peer, write_limit: self.settings.write_timeout };
                    self.serve(Exchange::new(connection, self.routes.clone()));
                }
                Err(_) if self.stopping.load(SeqCst) => {}
                Err(why) => {
                    // Out of descriptors: others must close first.
                    self.settings.log(LOG_ERROR, &format!("cannot accept a connection: {}", why));
                    thread::sleep(Duration::from_millis(100));
                }
            }
        }
    }

    fn serve(&self, exchange: Arc<Exchange>) {
        {
            let mut open = self.open.lock().unwrap();
            if self.stopping.load(SeqCst) {
                return;
            }
            open.push(exchange.clone());
        }
        exchange.run(self.settings.read_timeout, self.settings.max_body_size);
        self.open.lock().unwrap().retain(|other| !Arc::ptr_eq(other, &exchange));
        self.closed.notify_all();
    }

    /// Gives open answers a moment.
    fn stop(&self) {
        let open = self.open.lock().unwrap();
        self.stopping.store(true, SeqCst);
        self.listener.stop();
        open.iter().for_each(|exchange| exchange.stop_reading());
        let moment = Duration::from_secs(2);
        let (open, _) = self.closed.wait_timeout_while(open, moment, |open| !open.is_empty()).unwrap();
        open.iter().for_each(|exchange| exchange.cut());
    }
}

fn settings(host: *const Host, config: *const Config) -> Result<Settings, &'static str> {
    let number = |key| unsafe { ((*config).num)(config, key, 0) };
    let (threads, most) = (number(cstr!("threads")), number(cstr!("max_body_size")));
    let (read, write) = (number(cstr!("read_timeout")), number(cstr!("write_timeout")));
    if !(1..=1000).contains(&threads) {
        return Err("threads must be 1 to 1000");
    }
    if most < 0 {
        return Err("max_body_size must not be negative");
    }
    if read <= 0 || write <= 0 {
        return Err("read_timeout and write_timeout must be more than 0");
    }
    let time = |ns| Duration::from_nanos(ns as u64);
    Ok(Settings { host, threads, max_body_size: most as u64, read_timeout: time(read), write_timeout: time(write) })
}

extern "C" fn create(host: *const Host, config: *const Config, out: *mut *mut Instance, error: *mut Error) -> i32 {
    let settings = match settings(host, config) {
        Ok(settings) => Arc::new(settings),
        Err(why) => return fail(error, E_INVALID, why),
    };
    let bind = text_option(config, cstr!("bind"));
    if let Err(why) = Place::new(&bind) {
        return fail(error, E_INVALID, &why);
    }
    let instance = Instance { settings, bind, routes: Arc::default(), started: Mutex::default() };
    unsafe { *out = Box::into_raw(Box::new(instance)) };
    OK
}

extern "C" fn destroy(me: *mut Instance) {
    drop(unsafe { Box::from_raw(me) });
}

extern "C" fn start(me: *mut Instance, error: *mut Error) -> i32 {
    let instance = unsafe { &*me };
    let listener = match Place::new(&instance.bind).and_then(|place| Listener::open(&place)) {
        Ok(listener) => listener,
        Err(why) => return fail(error, E_IO, &format!("cannot listen on {}: {}", instance.bind, why)),
    };
    let settings = &instance.settings;
    let mut started = instance.started.lock().unwrap();
    started.address = listener.address();
    settings.log(LOG_INFO, &format!("listening on {}", started.address));
    let running = Arc::new(Running {
        settings: settings.clone(),
        listener,
        routes: instance.routes.clone(),
        stopping: AtomicBool::new(false),
        open: Mutex::default(),
        closed: Condvar::new(),
    });
    started.running = Some(running.clone());
    for _ in 0..settings.threads {
        let worker = running.clone();
        match thread::Builder::new().spawn(move || worker.work()) {
            Ok(thread) => started.threads.push(thread),
            Err(why) => {
                drop(started);
                stop(me, error);
                return fail(error, E_IO, &format!("cannot start {} threads: {}", settings.threads, why));
            }
        }
    }
    OK
}

extern "C" fn stop(me: *mut Instance, _: *mut Error) -> i32 {
    let mut started = unsafe { &*me }.started.lock().unwrap();
    if let Some(running) = started.running.take() {
        running.stop();
        started.threads.drain(..).for_each(|thread| drop(thread.join()));
    }
    OK
}

extern "C" fn route(me: *mut Instance, wanted: *const http::Route, error: *mut Error) -> i32 {
    let (routes, wanted) = unsafe { (&(*me).routes, &*wanted) };
    let (method, pattern) = unsafe { (wanted.method.to_string(), wanted.pattern.to_string()) };
    match routes.add(method, pattern, wanted.me as usize, wanted.handle) {
        Ok(()) => OK,
        Err(why) => fail(error, E_INVALID, &why),
    }
}

extern "C" fn unroute(me: *mut Instance, owner: *mut c_void) {
    unsafe { &(*me).routes }.remove(owner as usize);
}

extern "C" fn address(me: *mut Instance) -> Str {
    Str::new(&unsafe { &*me }.started.lock().unwrap().address) // until the next start
}

static SERVER: Table<http::Server<Instance>> =
    Table(http::Server { size: size::<http::Server<Instance>>(), route, unroute, address });

module!(
    id: "@ORG@", plugin: "@ID@", summary: "HTTP server for the routes of other plugins", flags: EXCLUSIVE,
    start: Some(start), stop: Some(stop),
    options: [
        option!("bind", OPT_STRING, "\"127.0.0.1:8080\"", "Address to listen on: \"host:port\" or \"unix:/path\""),
        option!("threads", OPT_INT, "32", "Connections that are served at once; others wait"),
        option!("max_body_size", OPT_SIZE, "\"25MB\"", "Largest request body"),
        option!("read_timeout", OPT_DURATION, "\"30s\"", "Time for a request to arrive"),
        option!("write_timeout", OPT_DURATION, "\"5s\"", "Longest wait for a client that does not read its answer")
    ],
    exts: [ext!("tw.http-server/1", SERVER)]
);

#[cfg(test)]
mod tests;
