//! How quickly pages come: the release server on a demo database, asked over loopback by plain threads, beside a
//! bare actix server that says "hello".
//!
//!     cargo run --release -- demo --assets 1000000 --database sqlite:/tmp/million.sqlite3 --seed-only
//!     PROOFMARK_BENCH_DATABASE=sqlite:/tmp/million.sqlite3 cargo bench --bench http
//!
//! Set `PROOFMARK_BENCH_SECONDS` (5) and `PROOFMARK_BENCH_CONNECTIONS` (8) for other runs.

mod client;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use client::{Figures, drive, get, log_in};

/// The server beside which ours is measured.
const HELLO_PORT: u16 = 18_471;
const OUR_PORT: u16 = 18_472;
/// The most requests of one measurement.
const MOST: usize = 2_000_000;

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Ends the server when the measuring ends, however that is.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

fn start_ours(database: &str) -> Server {
    let bind = format!("127.0.0.1:{OUR_PORT}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofmark"));
    command.args(["serve", "--bind", &bind, "--database", database]).stdout(Stdio::null());
    Server(command.spawn().expect("the server starts"))
}

fn start_hello() {
    std::thread::spawn(|| {
        let hello = || async { "hello" };
        let app = move || actix_web::App::new().route("/", actix_web::web::get().to(hello));
        let server = actix_web::HttpServer::new(app).bind(("127.0.0.1", HELLO_PORT)).expect("a free port");
        actix_web::rt::System::new().block_on(server.run()).expect("a running server");
    });
}

fn wait_for(port: u16, path: &str) {
    let begun = Instant::now();
    while get(port, path, "").is_none_or(|(status, _)| status != 200) {
        assert!(begun.elapsed() < Duration::from_secs(60), "no answer on port {port}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn report(name: &str, figures: &Figures, hello: Option<&Figures>) {
    let ratio = hello.map(|hello| format!("1/{:.1}", hello.per_second() / figures.per_second()));
    println!(
        "{name:<34} {:>9.0}/s  p50 {:>8.3} ms  p99 {:>8.3} ms  {:>8} requests  {:>7} bytes  {}",
        figures.per_second(),
        figures.millis(0.50),
        figures.millis(0.99),
        figures.count(),
        figures.bytes,
        ratio.unwrap_or_default()
    );
}

/// What managers look at: with a million closed jobs each is to answer within 100 ms, 99 times in 100.
const PAGES: &[(&str, &str)] = &[
    ("jobs, the queue", "/jobs"),
    ("jobs, the queue of one customer", "/jobs?customer=1"),
    ("jobs, closed, the latest", "/jobs?status=closed&order=closed"),
    ("jobs, words in closed ones", "/jobs?status=closed&q=breaker"),
    ("job, one of a million", "/jobs/J-000777"),
    ("measures, twelve months", "/measures"),
    ("measures, one customer", "/measures?customer=1"),
    ("measures, one engineer", "/measures?engineer=3"),
    ("jobs behind a number", "/measures/jobs?what=not_first_time"),
    ("referrals", "/referrals"),
    ("API, the queue", "/api/v1/jobs"),
];

fn main() {
    // `cargo test --benches` runs this too; measuring is for `cargo bench`.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let Ok(database) = std::env::var("PROOFMARK_BENCH_DATABASE") else {
        println!("Set PROOFMARK_BENCH_DATABASE to a demo database, such as sqlite:/tmp/million.sqlite3");
        return;
    };
    let seconds = Duration::from_secs(setting("PROOFMARK_BENCH_SECONDS", 5).min(60));
    let connections = setting("PROOFMARK_BENCH_CONNECTIONS", 8).clamp(1, 64) as usize;
    start_hello();
    let _ours = start_ours(&database);
    wait_for(HELLO_PORT, "/");
    wait_for(OUR_PORT, "/healthz");
    let session =
        log_in(OUR_PORT, "engineer@demo.example", "demo-password").expect("the demo's engineer logs in");
    let tags = some_tags(&session);
    println!("{connections} connections, {} s each, {} tags, {database}", seconds.as_secs(), tags.len());

    let measure =
        |port, paths: &[String], cookie: &str| drive(port, paths, cookie, (connections, seconds, MOST));
    let hello = measure(HELLO_PORT, &["/".to_owned()], "");
    report("hello, bare actix", &hello, None);
    report("/t/{tag} as a stranger", &measure(OUR_PORT, &tags, ""), Some(&hello));
    report("/t/{tag} signed in, with history", &measure(OUR_PORT, &tags, &session), Some(&hello));
    let manager =
        log_in(OUR_PORT, "manager@demo.example", "demo-password").expect("the demo's manager logs in");
    for (name, path) in PAGES {
        let (status, _) = get(OUR_PORT, path, &manager).expect("an answer");
        match status {
            200 => report(name, &measure(OUR_PORT, &[(*path).to_owned()], &manager), Some(&hello)),
            status => println!("{name:<34} answers {status}"),
        }
    }
    for (name, path) in [
        ("search, a rare word", "/assets?q=80423719"),
        ("search, a common word", "/assets?q=lead"),
        ("search, two words", "/assets?q=kettle+school"),
        ("search, one letter", "/assets?q=b"),
        ("search, no hit", "/assets?q=zzzyzx"),
        ("list, newest", "/assets"),
        ("list, one customer", "/assets?customer=1"),
        ("due list, first page", "/due"),
        ("API search, a common word", "/api/v1/assets?q=lead"),
        ("start page", "/"),
    ] {
        let (status, _) = get(OUR_PORT, path, &session).expect("an answer");
        match status {
            200 => report(name, &measure(OUR_PORT, &[path.to_owned()], &session), Some(&hello)),
            status => println!("{name:<34} answers {status}"),
        }
    }
}

/// Tags from all over the register, not only the newest, which would all be in memory.
fn some_tags(session: &str) -> Vec<String> {
    let words = ["kettle", "monitor", "drill", "lead", "fan", "lodz", "school", "leeds", "cardiff", "elm"];
    let mut paths = vec![];
    for word in words {
        let path = format!("/api/v1/assets?limit=200&q={word}");
        let (status, body) = get(OUR_PORT, &path, session).expect("an answer");
        assert_eq!(status, 200, "{path}");
        let page: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        let items = page["items"].as_array().expect("a list").iter();
        paths.extend(items.filter_map(|item| item["tag"].as_str()).map(|tag| format!("/t/{tag}")));
    }
    assert!(!paths.is_empty(), "the database has no assets");
    paths
}
