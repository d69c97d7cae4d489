//! The connection of the writer of SQLite, lent to one request: its reads see what it wrote without a commit.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::result::Error::BrokenTransactionManager;
use tokio::sync::oneshot;

use crate::db::{Conn, Db, WriteStrategy};
use crate::error::{Error, InternalError};
use crate::types::Timestamp;

/// The maximum time for which a request without a deadline has the connection.
const MAX_TIME: Duration = Duration::from_secs(60);

type LentTask = Box<dyn FnOnce(&mut Conn) + Send>;

/// The connection of the writer. Other writes wait until it is dropped or the deadline has passed. Everything that was
/// written is then rolled back.
pub(super) struct LentConnection {
    tasks: Sender<LentTask>,
}

impl LentConnection {
    /// Runs `work` on the thread of the writer. It must catch its panics.
    pub(super) async fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> QueryResult<R> {
        let (reply, answer) = oneshot::channel();
        // Sending the answer fails when the caller was cancelled.
        self.send(Box::new(move |conn| _ = reply.send(work(conn))))?;
        answer.await.map_err(|_| BrokenTransactionManager)?
    }

    fn send(&self, task: LentTask) -> QueryResult<()> {
        self.tasks.send(task).map_err(|_| BrokenTransactionManager)
    }
}

/// Waits for the writer of SQLite and borrows its connection, in a savepoint. Returns it with the time of the write.
pub(super) async fn lend(db: Db, deadline: Option<Instant>) -> Result<(LentConnection, Timestamp), Error> {
    let (tasks, queue) = channel();
    let (started, start) = oneshot::channel();
    let mut lent = Some((queue, started));
    let job = move |conn: &mut Conn, now: Timestamp| -> Result<(), Error> {
        if let Some((queue, started)) = lent.take()
            // Fails when the request was cancelled while it waited for the writer.
            && started.send(now).is_ok()
        {
            run_tasks(conn, &queue, deadline);
        }
        // An error rolls the savepoint back.
        Err(Error::User(Vec::new()))
    };
    let task = tokio::spawn(async move {
        match &db.0.writing {
            WriteStrategy::Serialized(writer) => writer.run(job).await,
            WriteStrategy::Concurrent(_) => Ok(()),
        }
    });
    match start.await {
        Ok(now) => Ok((LentConnection { tasks }, now)),
        Err(_) => match task.await {
            Ok(Err(error)) => Err(error),
            Ok(Ok(())) => Err(InternalError::ShuttingDown.into()),
            Err(panic) => Err(InternalError::Panic(panic.to_string()).into()),
        },
    }
}

/// Runs tasks until the connection is returned or the deadline has passed.
fn run_tasks(conn: &mut Conn, queue: &Receiver<LentTask>, deadline: Option<Instant>) {
    let deadline = deadline.unwrap_or_else(|| Instant::now() + MAX_TIME);
    while let Ok(task) = queue.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        task(conn);
    }
}
