//! reread: a damaged snapshot is read when its damage is found, not at each look at readiness.
#![cfg(target_os = "linux")]
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use tidemark_snapshot::Store;
use tokio::io::BufReader;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::company::publish;
use crate::readers::{answer, connect, send};
use crate::{Serving, bulk};

/// Size of each file that would be read again.
const SIZE: u64 = 16 << 20;

async fn look(stream: &mut BufReader<TcpStream>) {
    assert!(send(stream, "/readyz", "identity").await);
    let (status, body) = answer(stream).await.expect("an answer");
    assert_eq!(status, 503, "{}", String::from_utf8_lossy(&body));
}

#[tokio::test]
async fn a_damaged_snapshot_is_not_read_again_at_each_look() {
    let folder = tempfile::tempdir().expect("a test that is set up");
    let store = Store::open(folder.path()).expect("a test that is set up");
    publish(&store, 0);
    let addresses = bulk::publish(&store, folder.path(), 4, SIZE);
    let damaged = addresses[3].trim_start_matches("/api/v1/");
    let damaged = File::options()
        .write(true)
        .open(folder.path().join(damaged))
        .expect("a test that is set up");
    damaged
        .write_at(&[1], SIZE - 1)
        .expect("a test that is set up");
    let serving = Serving::start(folder.path());
    let mut stream = connect(serving.address).await;
    look(&mut stream).await;
    // From now on the time stamps of the files say whether they have changed.
    sleep(Duration::from_millis(2_500)).await;
    look(&mut stream).await;
    let before = serving.bytes_read();
    for _ in 0..20 {
        look(&mut stream).await;
    }
    let read = serving.bytes_read() - before;
    eprintln!("{read} bytes read in 20 looks at a damaged snapshot");
    assert!(read < SIZE / 16, "{read} bytes");
}
