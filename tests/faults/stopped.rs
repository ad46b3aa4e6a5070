//! F19: told to stop under load. Requests under way are answered, and nothing acknowledged is lost.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::server::{Server, prepare, stored};

#[test]
fn told_to_stop_it_finishes_what_it_began() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("stopped.sqlite3");
    let tags = Arc::new(prepare(&database, 4));
    let mut server = Server::start(&database, "");
    let acknowledged = Arc::new(Mutex::new(vec![]));
    std::thread::scope(|scope| {
        let server = &server;
        for n in 0..4 {
            let (tags, acknowledged) = (tags.clone(), acknowledged.clone());
            scope.spawn(move || {
                loop {
                    let id = uuid::Uuid::now_v7().to_string();
                    match server.record(&tags[n], &id) {
                        Some(200 | 201) => acknowledged.lock().unwrap().push(id),
                        Some(other) => panic!("status {other}"),
                        None => return,
                    }
                }
            });
        }
        std::thread::sleep(Duration::from_millis(300));
        server.signal("-TERM");
    });
    let begun = Instant::now();
    let status = server.child.wait().unwrap();
    assert!(status.success(), "{status}");
    assert!(begun.elapsed() < Duration::from_secs(30));
    let ids = acknowledged.lock().unwrap().clone();
    assert!(ids.len() > 4, "{} acknowledged", ids.len());
    assert_eq!(stored(&database, &ids), ids.len());
}
