//! How quickly pages come: the release server on a demo database, asked over loopback by plain threads, beside a
//! bare actix server that says "hello".
//!
//!     cargo run --release -- demo --assets 1000000 --database sqlite:/tmp/million.sqlite3 --seed-only
//!     PROOFMARK_BENCH_DATABASE=sqlite:/tmp/million.sqlite3 cargo bench --bench http
//!
//! With `-- repairs` only the pages of repairs are measured, and those held to their promise: with a million closed
//! jobs the queue, a model's known fixes and the monthly report's numbers are each under 100 ms, 99 times in 100.
//!
//!     cargo run --release -- demo --jobs 1000000 --database sqlite:/tmp/jobs.sqlite3 --seed-only
//!     PROOFMARK_BENCH_DATABASE=sqlite:/tmp/jobs.sqlite3 cargo bench --bench http -- repairs
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

/// Within how many milliseconds the promised pages of repairs are answered, 99 times in 100.
const PROMISED: f64 = 100.0;

/// What managers look at beside the promised pages.
const PAGES: &[(&str, &str)] = &[
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

const REGISTER: &[(&str, &str)] = &[
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
];

/// How a measurement is made: connections, time, most requests.
type Course = (usize, Duration, usize);

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
    println!("{connections} connections, {} s each, {database}", seconds.as_secs());

    let course = (connections, seconds, MOST);
    let hello = drive(HELLO_PORT, &["/".to_owned()], "", course);
    report("hello, bare actix", &hello, None);
    if !std::env::args().any(|arg| arg == "repairs") {
        measure_register(course, &hello);
    }
    measure_repairs(course, &hello);
}

/// Measures what engineers and strangers look at.
fn measure_register(course: Course, hello: &Figures) {
    let session = session_of("engineer@demo.example");
    let tags = some_tags(&session);
    println!("{} tags", tags.len());
    report("/t/{tag} as a stranger", &drive(OUR_PORT, &tags, "", course), Some(hello));
    report("/t/{tag} signed in, with history", &drive(OUR_PORT, &tags, &session, course), Some(hello));
    measure_each(REGISTER, &session, (course, hello));
}

/// Measures the pages of repairs, and says of the promised ones whether they keep the promise.
fn measure_repairs(course: Course, hello: &Figures) {
    let session = session_of("manager@demo.example");
    let model = best_known_model(&session);
    let promised = [
        ("jobs, the queue", "/jobs".to_owned()),
        ("known fixes of a model", format!("/models/{model}")),
        ("monthly report, the numbers", format!("/reports?customer=1&month={}", last_month(&session))),
    ];
    for (name, path) in promised {
        let figures = drive(OUR_PORT, std::slice::from_ref(&path), &session, course);
        report(name, &figures, Some(hello));
        let word = if figures.millis(0.99) < PROMISED { "kept" } else { "NOT kept" };
        println!("    {path}: under {PROMISED} ms at p99 is {word}");
    }
    measure_each(PAGES, &session, (course, hello));
}

fn session_of(email: &str) -> String {
    log_in(OUR_PORT, email, "demo-password").expect("somebody of the demo logs in")
}

fn measure_each(pages: &[(&str, &str)], session: &str, (course, hello): (Course, &Figures)) {
    for (name, path) in pages {
        let (status, _) = get(OUR_PORT, path, session).expect("an answer");
        match status {
            200 => report(name, &drive(OUR_PORT, &[(*path).to_owned()], session, course), Some(hello)),
            status => println!("{name:<34} answers {status}"),
        }
    }
}

/// The model of which most failures are known, so that its page is not an empty one.
fn best_known_model(session: &str) -> i64 {
    let failures = |id: i64| {
        let (status, body) = get(OUR_PORT, &format!("/api/v1/models/{id}/fixes"), session)?;
        let known: serde_json::Value = serde_json::from_str(&body).ok()?;
        (status == 200).then(|| known["failures"].as_i64().unwrap_or(0))
    };
    let models = (1..).map_while(|id| Some((failures(id)?, id)));
    models.max().expect("the demo has models").1
}

/// The month that the page of reports chooses by itself: the one before this.
fn last_month(session: &str) -> String {
    let (_, body) = get(OUR_PORT, "/reports", session).expect("an answer");
    let input = body.split("name=\"month\"").nth(1).expect("the page asks for a month");
    let value = input.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.expect("it chooses one by itself").to_owned()
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
