//! F3, F4: the disk takes no more. No write is acknowledged that was not stored; reading goes on.

use crate::server::{Server, prepare, stored};

#[test]
fn a_full_disk_refuses_writes_and_still_reads() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("full.sqlite3");
    let tags = prepare(&database, 1);
    // Files may not grow past this many blocks of 512 bytes; the signal that would kill the writer is ignored,
    // so that the write fails as it does on a full disk.
    let blocks = std::fs::metadata(&database).unwrap().len() / 512 + 400;
    let server = Server::start(&database, &format!("trap '' XFSZ; ulimit -f {blocks};"));
    let (mut acknowledged, mut refused) = (vec![], vec![]);
    for _ in 0..1000 {
        let id = uuid::Uuid::now_v7().to_string();
        match server.record(&tags[0], &id) {
            Some(200 | 201) => acknowledged.push(id),
            Some(status) => refused.push(status),
            None => panic!("no answer"),
        }
        if refused.len() >= 3 {
            break;
        }
    }
    assert!(
        !acknowledged.is_empty() && refused.len() >= 3,
        "{} written, refused {refused:?}",
        acknowledged.len()
    );
    assert!(refused.iter().all(|status| [503, 507].contains(status)), "{refused:?}");
    assert_eq!(server.read(&tags[0]), 200);
    server.kill();
    assert_eq!(stored(&database, &acknowledged), acknowledged.len());
}
