//! Writes to SQLite, on a thread with the only connection that writes. Queued writes share a transaction, and so one
//! flush to disk; each has a savepoint of its own.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::thread::{self, JoinHandle};

use diesel::connection::SimpleConnection;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use crate::clock::Clock;
use crate::db::Conn;
use crate::db::statements::{StatementObserver, Statements, execute_command};
use crate::db::write_clock::WriteClock;
use crate::error::{Error, InternalError};
use crate::types::Timestamp;

/// Maximum number of writes per transaction, which bounds the latency of the first one.
const MAX_WRITES_PER_TRANSACTION: usize = 256;
/// Maximum number of queued writes; further callers wait for room in the queue.
const QUEUE_CAPACITY: usize = 4096;

/// The callback that receives the result of the transaction.
type Completion = Box<dyn FnOnce(Result<(), InternalError>) + Send>;
/// A write that runs inside the transaction, or does nothing if the transaction could not begin. Returns `Err` if the
/// transaction is no longer open.
type QueuedWrite =
    Box<dyn FnOnce(&mut Conn, Timestamp, Result<(), InternalError>) -> Result<Completion, Completion> + Send>;

pub(super) struct Writer {
    jobs: Mutex<Option<mpsc::Sender<QueuedWrite>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(
        conn: Conn,
        clock: Clock,
        observer: Option<StatementObserver>,
    ) -> Result<Self, InternalError> {
        let (jobs, queue) = mpsc::channel(QUEUE_CAPACITY);
        let runtime = Handle::try_current().ok();
        let thread = thread::Builder::new()
            .name("writer".into())
            .spawn(move || run_queue(conn, queue, &WriteClock::new(clock), observer, runtime.as_ref()))
            .map_err(|error| InternalError::DatabaseOpen(error.to_string()))?;
        Ok(Self { jobs: Mutex::new(Some(jobs)), thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn run<R: Send + 'static>(
        &self,
        work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let jobs = lock(&self.jobs).clone().ok_or(InternalError::ShuttingDown)?;
        let (reply, answer) = oneshot::channel();
        let job: QueuedWrite = Box::new(move |conn, now, begun| {
            let (result, intact) = match begun {
                Ok(()) => in_savepoint(conn, now, work),
                Err(error) => (Err(error.into()), false),
            };
            let answer: Completion = Box::new(move |end: Result<(), InternalError>| {
                // An error of the work does not depend on the commit. Sending fails when the caller was cancelled.
                let _ = reply.send(match (result, end) {
                    (Ok(_), Err(error)) => Err(error.into()),
                    (result, _) => result,
                });
            });
            if intact { Ok(answer) } else { Err(answer) }
        });
        jobs.send(job).await.map_err(|_| InternalError::ShuttingDown)?;
        answer.await.map_err(|_| Error::Internal(InternalError::ShuttingDown))?
    }

    /// Returns the number of queued writes.
    pub(super) fn waiting(&self) -> usize {
        lock(&self.jobs).as_ref().map_or(0, |jobs| jobs.max_capacity() - jobs.capacity())
    }

    pub(super) async fn stop(&self) {
        drop(lock(&self.jobs).take());
        let thread = lock(&self.thread).take();
        if let Some(thread) = thread {
            // The thread ends when its queue is empty.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn run_queue(
    mut conn: Conn,
    mut queue: mpsc::Receiver<QueuedWrite>,
    clock: &WriteClock,
    observer: Option<StatementObserver>,
    runtime: Option<&Handle>,
) {
    // Prepared before the first write. Fails before the migrations have run; that write then prepares it.
    let _ = clock.prepare(&mut conn);
    let statements = Statements::install(&mut conn, observer);
    while let Some(first) = queue.blocking_recv() {
        share_transaction(&mut conn, first, &mut queue, clock, runtime);
        statements.evict(&mut conn);
    }
    // Readers may keep the write-ahead log in use. The checkpoint makes the database file complete without it.
    if let Err(error) = conn.checkpoint() {
        tracing::warn!(error = error.to_string(), "the write-ahead log could not be checkpointed");
    }
}

fn share_transaction(
    conn: &mut Conn,
    first: QueuedWrite,
    queue: &mut mpsc::Receiver<QueuedWrite>,
    clock: &WriteClock,
    runtime: Option<&Handle>,
) {
    let begun = execute_command(conn, "BEGIN IMMEDIATE").and_then(|()| clock.prepare(conn));
    let mut completions: Vec<Completion> = Vec::new();
    let mut next = Some(first);
    let mut end = begun.map_err(InternalError::from);
    while let Some(job) = next.take() {
        // Without a transaction, SAVEPOINT would begin one, and RELEASE commit it.
        match job(conn, clock.next(), end.clone()) {
            Ok(answer) if end.is_ok() => {
                completions.push(answer);
                next =
                    if completions.len() < MAX_WRITES_PER_TRANSACTION { queue.try_recv().ok() } else { None };
            }
            // The transaction is gone, so nothing can be committed.
            Ok(answer) | Err(answer) => {
                completions.push(answer);
                if end.is_ok() {
                    end = Err(diesel::result::Error::BrokenTransactionManager.into());
                }
            }
        }
    }
    let end = end.and_then(|()| execute_command(conn, "COMMIT").map_err(InternalError::from));
    if end.is_err() {
        // Fails when SQLite has rolled back by itself.
        let _ = conn.batch_execute("ROLLBACK");
    }
    let shared = completions.len() > 1;
    let failure = end.err().map(|error| error.explain());
    let complete = move || {
        for answer in completions {
            answer(match &failure {
                None => Ok(()),
                Some(reason) => Err(InternalError::CommitFailed(reason.clone())),
            });
        }
    };
    // Each answer wakes a task, which costs a system call from this thread, but not from a thread of the runtime.
    match runtime {
        Some(runtime) if shared => drop(runtime.spawn(async { complete() })),
        _ => complete(),
    }
}

/// Runs `work` in a savepoint. Returns its result and whether the transaction is still open.
fn in_savepoint<R>(
    conn: &mut Conn,
    now: Timestamp,
    work: impl FnOnce(&mut Conn, Timestamp) -> Result<R, Error>,
) -> (Result<R, Error>, bool) {
    if let Err(error) = execute_command(conn, "SAVEPOINT job") {
        return (Err(error.into()), false);
    }
    let result = panic::catch_unwind(AssertUnwindSafe(|| work(conn, now)))
        .unwrap_or_else(|panic| Err(InternalError::from_panic(&*panic).into()));
    let undone = if result.is_ok() { Ok(()) } else { execute_command(conn, "ROLLBACK TO job") };
    // When the disk is full, SQLite rolls back the whole transaction, including the savepoint.
    match undone.and_then(|()| execute_command(conn, "RELEASE job")) {
        Ok(()) => (result, true),
        Err(error) => (result.and_then(|_| Err(error.into())), false),
    }
}
