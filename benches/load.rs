//! A load generator that sends sequential requests over persistent connections. It implements only the part
//! of HTTP/1.1 that the measured servers use: responses with a Content-Length.

use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Result;

pub struct Connection {
    stream: TcpStream,
    /// The complete last response.
    response: Vec<u8>,
}

impl Connection {
    pub async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, response: Vec::with_capacity(512 * 1024) })
    }

    /// Returns the status and body of the response, or an error after `patience`.
    pub async fn ask_within(&mut self, patience: Duration, request: &[u8]) -> Result<(u16, &[u8])> {
        let answer = tokio::time::timeout(patience, self.ask(request)).await;
        answer.map_err(|_| format!("no answer in {patience:?}"))?
    }

    async fn ask(&mut self, request: &[u8]) -> Result<(u16, &[u8])> {
        self.send(request).await?;
        self.response.clear();
        let head = loop {
            self.receive().await?;
            if let Some(head) = Head::read(&self.response)? {
                break head;
            }
        };
        while self.response.len() < head.size + head.body {
            self.receive().await?;
        }
        Ok((head.status, &self.response[head.size..]))
    }

    async fn send(&self, mut request: &[u8]) -> Result<()> {
        while !request.is_empty() {
            match self.stream.try_write(request) {
                Ok(sent) => request = &request[sent..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.stream.writable().await?,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    async fn receive(&mut self) -> Result<()> {
        loop {
            self.stream.readable().await?;
            match self.stream.try_read_buf(&mut self.response) {
                Ok(0) => return Err("the server hung up".into()),
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

struct Head {
    status: u16,
    /// The size of the head, in bytes.
    size: usize,
    /// The size of the body, in bytes.
    body: usize,
}

impl Head {
    /// Returns the head of a response, or `None` if it is incomplete.
    fn read(response: &[u8]) -> Result<Option<Self>> {
        let Some(end) = response.windows(4).position(|at| at == b"\r\n\r\n") else { return Ok(None) };
        let text = std::str::from_utf8(&response[..end])?;
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
        let mut headers = text.lines().filter_map(|line| line.split_once(':'));
        let length = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let body = length.and_then(|(_, value)| value.trim().parse().ok());
        match (status, body) {
            (Some(status), Some(body)) => Ok(Some(Self { status, size: end + 4, body })),
            _ => Err(format!("cannot read the response {text:?}").into()),
        }
    }
}

/// The timeout of a round of a server.
const PATIENCE: Duration = Duration::from_secs(120);

/// Sends all `requests`, each on the next free connection. Returns the elapsed time.
pub async fn run(connections: Vec<Connection>, requests: Vec<Vec<u8>>) -> Result<Duration> {
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for connection in connections {
        clients.spawn(client(connection, requests.clone(), next.clone()));
    }
    let all = async {
        while let Some(client) = clients.join_next().await {
            client??;
        }
        Ok(start.elapsed())
    };
    match tokio::time::timeout(PATIENCE, all).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("not done in {PATIENCE:?}").into()),
    }
}

async fn client(
    mut connection: Connection,
    requests: Arc<Vec<Vec<u8>>>,
    next: Arc<AtomicUsize>,
) -> std::result::Result<(), String> {
    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        let (status, body) = connection.ask(request).await.map_err(|error| error.to_string())?;
        if status != 200 || !body.starts_with(b"{\"data\":{\"") {
            let body = String::from_utf8_lossy(&body[..body.len().min(500)]);
            let request = String::from_utf8_lossy(request);
            return Err(format!("answered {status} {body}\nto {request}"));
        }
    }
    Ok(())
}
