//! Who answers what: routes by method and pattern, and what is open for each owner.
use crate::connection::Refusal;
use crate::http;
use crate::request::split_path;
use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex};

struct Route {
    method: String,
    pattern: Vec<String>, // "tasks", ":id", "*"
    owner: usize,         // the pointer that its handler wants
    handle: http::Handle,
}

/// What a request has come to.
pub struct Match {
    pub owner: usize,
    pub handle: http::Handle,
    pub params: Vec<(String, String)>,
}

#[derive(Default)]
struct State {
    routes: Vec<Route>,
    open: Vec<usize>, // the owner of each request that is
}

#[derive(Default)]
pub struct Routes {
    state: Mutex<State>,
    closed: Condvar,
}

/// How well a route fits: characters that the pattern names itself, whether it takes the method,
/// whether it is without a rest, how well it takes the method.
type Rank = (usize, bool, bool, u32);

fn takes(taken: &str, method: &str) -> u32 {
    match taken {
        _ if taken == method => 3,
        "*" => 2,
        "GET" if method == "HEAD" => 1,
        _ => 0,
    }
}

fn fit(route: &Route, method: &str, path: &[String]) -> Option<(Rank, Vec<(String, String)>)> {
    let (mut literal, mut params) = (0, Vec::new());
    let taken = takes(&route.method, method);
    for (i, pattern) in route.pattern.iter().enumerate() {
        let segment = path.get(i)?;
        if pattern == "*" && i + 1 == route.pattern.len() {
            params.push((pattern.clone(), path[i..].join("/")));
            return Some(((literal, taken > 0, false, taken), params));
        }
        match pattern.strip_prefix(':') {
            Some(name) if !segment.is_empty() => params.push((name.to_string(), segment.clone())),
            _ if pattern == segment => literal += segment.len() + 1,
            _ => return None,
        }
    }
    if path.len() == route.pattern.len() { Some(((literal, taken > 0, true, taken), params)) } else { None }
}

impl Routes {
    pub fn add(&self, method: String, pattern: String, owner: usize, handle: http::Handle) -> Result<(), String> {
        if !pattern.starts_with('/') {
            return Err(format!("the pattern \"{}\" must begin with \"/\"", pattern));
        }
        let segments: Vec<String> = split_path(&pattern).map(str::to_string).collect();
        let mut state = self.state.lock().unwrap();
        if state.routes.iter().any(|other| other.method == method && other.pattern == segments) {
            return Err(format!("the route {} {} is taken", method, pattern));
        }
        state.routes.push(Route { method, pattern: segments, owner, handle });
        Ok(())
    }

    /// Waits until nothing of the owner is open.
    pub fn remove(&self, owner: usize) {
        let mut state = self.state.lock().unwrap();
        state.routes.retain(|route| route.owner != owner);
        while state.open.contains(&owner) {
            state = self.closed.wait(state).unwrap();
        }
    }

    /// Opens it for the owner, who must be left afterwards.
    pub fn enter(&self, method: &str, path: &[String]) -> Result<Match, Refusal> {
        let mut state = self.state.lock().unwrap();
        let mut best: Option<(Rank, Match)> = None;
        let mut allowed = BTreeSet::new();
        for route in &state.routes {
            if let Some((rank, params)) = fit(route, method, path) {
                if !rank.1 {
                    allowed.insert(route.method.clone());
                }
                if best.as_ref().map_or(true, |(least, ..)| rank > *least) {
                    best = Some((rank, Match { owner: route.owner, handle: route.handle, params }));
                }
            }
        }
        if allowed.contains("GET") {
            allowed.insert("HEAD".to_string());
        }
        let (rank, found) = best.ok_or(Refusal::Code(404))?;
        if !rank.1 {
            return Err(Refusal::NotAllowed(allowed.into_iter().collect()));
        }
        state.open.push(found.owner);
        Ok(found)
    }

    pub fn leave(&self, owner: usize) {
        let mut state = self.state.lock().unwrap();
        let place = state.open.iter().position(|open| *open == owner);
        place.map(|place| state.open.swap_remove(place));
        self.closed.notify_all();
    }
}
