//! few_files: where the system lets a server open few files, idle clients may take no more of them than leaves some to read with.
use std::process::Command;
use std::time::Duration;

use tidemark_snapshot::Store;
use tokio::time::timeout;

use crate::Serving;
use crate::company::publish;
use crate::readers::{answer, connect, send};

#[tokio::test]
async fn idle_clients_leave_files_to_read_with() {
    let folder = tempfile::tempdir().expect("a test that is set up");
    publish(
        &Store::open(folder.path()).expect("a test that is set up"),
        0,
    );
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "ulimit -n 300 && exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().expect("a test that is set up"));
    let serving = Serving::with(folder.path(), limited);
    let mut reader = connect(serving.address).await;
    let mut idle = Vec::new();
    for _ in 0..400 {
        idle.push(connect(serving.address).await);
    }
    // Whoever came too late is told so at once.
    let mut last = idle.pop().expect("a test that is set up");
    let turned_away = timeout(Duration::from_secs(20), answer(&mut last)).await;
    assert_eq!(
        turned_away
            .expect("a test that is set up")
            .expect("a test that is set up")
            .0,
        503
    );
    // Whoever was there reads on, also what nobody has read before.
    for path in ["/api/v1/manifest", "/api/v1/quality", "/readyz"] {
        assert!(send(&mut reader, path, "identity").await);
        let (status, body) = answer(&mut reader).await.expect("an answer");
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
    }
}
