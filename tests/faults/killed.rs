//! F1: killed while writing. Whatever was acknowledged is there, and the chain of hashes is whole.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::server::{Server, prepare, rounds, stored};

#[test]
fn what_was_acknowledged_survives_being_killed() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("killed.sqlite3");
    let tags = Arc::new(prepare(&database, 4));
    let acknowledged = Arc::new(Mutex::new(vec![]));
    let unanswered = Arc::new(AtomicUsize::new(0));
    for round in 0..rounds(5) {
        let server = Arc::new(Server::start(&database, ""));
        let writers: Vec<_> = (0..4)
            .map(|n| {
                let (server, tags) = (server.clone(), tags.clone());
                let (acknowledged, unanswered) = (acknowledged.clone(), unanswered.clone());
                std::thread::spawn(move || {
                    loop {
                        let id = uuid::Uuid::now_v7().to_string();
                        match server.record(&tags[n], &id) {
                            Some(200 | 201) => acknowledged.lock().unwrap().push(id),
                            Some(other) => panic!("status {other}"),
                            None => break,
                        }
                    }
                    unanswered.fetch_add(1, Ordering::SeqCst);
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(30 + (round as u64 * 37) % 200));
        server.signal("-9");
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        Arc::into_inner(server).unwrap().kill();
    }
    let ids = acknowledged.lock().unwrap().clone();
    println!("{} acknowledged, {} unanswered", ids.len(), unanswered.load(Ordering::SeqCst));
    assert!(ids.len() > rounds(5), "the test wrote too little to prove anything: {}", ids.len());
    assert_eq!(stored(&database, &ids), ids.len());
}
