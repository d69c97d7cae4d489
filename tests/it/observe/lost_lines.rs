//! Standard error that is not read does not delay requests: log lines are dropped and counted.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::client::Client;
use crate::kinds::On;
use crate::store::Store;

#[tokio::test]
async fn requests_are_served_although_standard_error_is_not_read() {
    let store = Store::filled(On::Sqlite);
    let mut child = Command::new(env!("CARGO_BIN_EXE_oms"))
        .args(["serve", "--port", "0", "--max-batch", "500", "--log-format", "json", "--database"])
        .arg(store.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let address: SocketAddr = loop {
        let line = said.next().unwrap().unwrap();
        if let Some((_, rest)) = line.split_once("GraphQL:  http://") {
            break rest.trim_end_matches("/graphql").parse().unwrap();
        }
    };
    // From here on nothing is read: the pipe buffers some hundred lines, and then the writer blocks.
    let client = Client::of(address);
    let batch = json!(vec![json!({"query": "{ __typename }"}); 500]).to_string();
    let mut lost = 0.0_f64;
    for _ in 0..100 {
        assert_eq!(client.post(Some("application/json"), batch.clone()).await.status, 200);
        let page = client.get("/metrics").await;
        let page = String::from_utf8_lossy(&page.body).into_owned();
        let line = page.lines().find_map(|line| line.strip_prefix("oms_log_lines_lost_total "));
        lost = line.unwrap().parse().unwrap();
        if lost > 0.0 {
            break;
        }
    }
    assert!(lost > 0.0, "50,000 lines fit into a pipe");
    assert_eq!(client.get("/health/ready").await.status, 200);
    child.kill().unwrap();
    child.wait().unwrap();
}
