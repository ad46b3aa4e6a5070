//! Asks over plain sockets that stay open, and notes how long each answer took.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// What was measured.
pub struct Figures {
    nanos: Vec<u64>,
    elapsed: Duration,
    /// Bytes of the last answer's body.
    pub bytes: usize,
}

impl Figures {
    /// Answers a second.
    pub fn per_second(&self) -> f64 {
        self.nanos.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The time within which this part of all answers came, in milliseconds.
    pub fn millis(&self, part: f64) -> f64 {
        let at = ((self.nanos.len() as f64 * part) as usize).min(self.nanos.len().saturating_sub(1));
        self.nanos.get(at).map_or(f64::NAN, |nanos| *nanos as f64 / 1e6)
    }

    /// How many answers.
    pub fn count(&self) -> usize {
        self.nanos.len()
    }
}

struct Connection(BufReader<TcpStream>);

impl Connection {
    fn open(port: u16) -> Option<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_nodelay(true).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
        Some(Self(BufReader::new(stream)))
    }

    /// Sends a request; gives status, session cookie and body.
    fn ask(&mut self, request: &str) -> Option<(u16, Option<String>, Vec<u8>)> {
        self.0.get_mut().write_all(request.as_bytes()).ok()?;
        let mut line = String::new();
        self.0.read_line(&mut line).ok()?;
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let (mut length, mut chunked, mut cookie) = (0, false, None);
        loop {
            line.clear();
            self.0.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().ok()?,
                "transfer-encoding" => chunked = true,
                "set-cookie" => cookie = value.trim().split(';').next().map(str::to_owned),
                _ => {}
            }
        }
        let body = if chunked { self.chunks()? } else { self.exactly(length)? };
        Some((status, cookie, body))
    }

    fn exactly(&mut self, length: usize) -> Option<Vec<u8>> {
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).ok()?;
        Some(body)
    }

    fn chunks(&mut self) -> Option<Vec<u8>> {
        let mut body = vec![];
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).ok()?;
            let length = usize::from_str_radix(line.trim(), 16).ok()?;
            let chunk = self.exactly(length + 2)?;
            if length == 0 {
                return Some(body);
            }
            body.extend_from_slice(&chunk[..length]);
        }
    }
}

fn request(port: u16, path: &str, cookie: &str) -> String {
    let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept: text/html\r\n{cookie}\r\n")
}

/// One answer: status and body.
pub fn get(port: u16, path: &str, cookie: &str) -> Option<(u16, String)> {
    let (status, _, body) = Connection::open(port)?.ask(&request(port, path, cookie))?;
    Some((status, String::from_utf8_lossy(&body).into_owned()))
}

/// Logs in and gives the session's cookie.
pub fn log_in(port: u16, email: &str, password: &str) -> Option<String> {
    let body = format!("email={}&password={password}", email.replace('@', "%40"));
    let request = format!(
        "POST /login HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    Connection::open(port)?.ask(&request)?.1
}

/// Asks for the paths in turn over several connections for a time, at most so many requests.
pub fn drive(
    port: u16,
    paths: &[String],
    cookie: &str,
    (connections, time, most): (usize, Duration, usize),
) -> Figures {
    let requests: Vec<String> = paths.iter().map(|path| request(port, path, cookie)).collect();
    // What comes first fills caches and is not what people meet.
    run(port, &requests, (connections, time / 5, most));
    run(port, &requests, (connections, time, most))
}

fn run(port: u16, requests: &[String], (connections, time, most): (usize, Duration, usize)) -> Figures {
    let begun = Instant::now();
    let each = most / connections;
    let mut figures = Figures { nanos: vec![], elapsed: Duration::ZERO, bytes: 0 };
    std::thread::scope(|scope| {
        let one = |number: usize| {
            let mut connection = Connection::open(port).expect("a connection");
            let (mut nanos, mut bytes) = (vec![], 0);
            // Each connection begins elsewhere, so that not all ask for the same at once.
            let mut at = number * requests.len() / connections;
            while begun.elapsed() < time && nanos.len() < each {
                let asked = Instant::now();
                let (status, _, body) = connection.ask(&requests[at % requests.len()]).expect("an answer");
                nanos.push(asked.elapsed().as_nanos() as u64);
                assert_eq!(status, 200, "{}", requests[at % requests.len()]);
                bytes = body.len();
                at += 1;
            }
            (nanos, bytes)
        };
        let threads: Vec<_> = (0..connections).map(|number| scope.spawn(move || one(number))).collect();
        for thread in threads {
            let (nanos, bytes) = thread.join().expect("a thread that ended well");
            figures.nanos.extend(nanos);
            figures.bytes = bytes;
        }
    });
    figures.elapsed = begun.elapsed();
    figures.nanos.sort_unstable();
    figures
}
