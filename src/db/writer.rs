//! The one connection that writes, on a thread of its own. Whatever waits when it gets round to it
//! shares a transaction and so one flush of the disk; each piece of work has a savepoint in it.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::thread::{self, JoinHandle};

use diesel::connection::SimpleConnection;
use tokio::sync::{mpsc, oneshot};

use crate::clock::Clock;
use crate::db::Conn;
use crate::db::statements::{Statements, Watch, control};
use crate::db::types::Timestamp;
use crate::db::write_clock::WriteClock;
use crate::error::{Error, InternalError};

/// How many pieces of work share a transaction at most, so that the first need not wait for ever.
const SHARED: usize = 256;
/// How many may wait. Beyond that a caller waits before it may queue.
const WAITING: usize = 4096;

/// Runs once the transaction has ended, with how it ended.
type Answer = Box<dyn FnOnce(Result<(), InternalError>) + Send>;
/// Does its work inside the open transaction, or nothing where none could be opened. `Err` says that
/// there is no transaction, or not any more.
type Job = Box<dyn FnOnce(&mut Conn, Timestamp, Result<(), InternalError>) -> Result<Answer, Answer> + Send>;

pub(super) struct Writer {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(conn: Conn, clock: Clock, watch: Option<Watch>) -> Result<Self, InternalError> {
        let (jobs, queue) = mpsc::channel(WAITING);
        let thread = thread::Builder::new()
            .name("writer".into())
            .spawn(move || work_off(conn, queue, &WriteClock::new(clock), watch))
            .map_err(|error| InternalError::DatabaseOpen(error.to_string()))?;
        Ok(Self { jobs: Mutex::new(Some(jobs)), thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn run<R: Send + 'static>(
        &self,
        work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let jobs = lock(&self.jobs).clone().ok_or(InternalError::ShuttingDown)?;
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |conn, now, begun| {
            let (result, intact) = match begun {
                Ok(()) => in_savepoint(conn, now, work),
                Err(fault) => (Err(fault.into()), false),
            };
            let answer: Answer = Box::new(move |end: Result<(), InternalError>| {
                // A refusal stands whatever became of the transaction. Nobody may be listening.
                let _ = reply.send(match (result, end) {
                    (Ok(_), Err(fault)) => Err(fault.into()),
                    (result, _) => result,
                });
            });
            if intact { Ok(answer) } else { Err(answer) }
        });
        jobs.send(job).await.map_err(|_| InternalError::ShuttingDown)?;
        answer.await.map_err(|_| Error::Internal(InternalError::ShuttingDown))?
    }

    /// How many pieces of work wait.
    pub(super) fn waiting(&self) -> usize {
        lock(&self.jobs).as_ref().map_or(0, |jobs| jobs.max_capacity() - jobs.capacity())
    }

    pub(super) async fn stop(&self) {
        drop(lock(&self.jobs).take());
        let thread = lock(&self.thread).take();
        if let Some(thread) = thread {
            // It ends when it has worked off its queue.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn work_off(mut conn: Conn, mut queue: mpsc::Receiver<Job>, clock: &WriteClock, watch: Option<Watch>) {
    // Now rather than in the first write. Fails where there are no tables yet; that write tries again.
    let _ = clock.prepare(&mut conn);
    let statements = Statements::of(&mut conn, watch);
    while let Some(first) = queue.blocking_recv() {
        share_transaction(&mut conn, first, &mut queue, clock);
        statements.tidy(&mut conn);
    }
    // Whoever still reads keeps the log; with this, all that is in it is in the file as well.
    if let Err(error) = conn.checkpoint() {
        tracing::warn!(error = error.to_string(), "the write-ahead log stays as it is");
    }
}

fn share_transaction(conn: &mut Conn, first: Job, queue: &mut mpsc::Receiver<Job>, clock: &WriteClock) {
    let begun = control(conn, "BEGIN IMMEDIATE").and_then(|()| clock.prepare(conn));
    let mut answers: Vec<Answer> = Vec::new();
    let mut next = Some(first);
    let mut end = begun.map_err(InternalError::from);
    while let Some(job) = next.take() {
        // Without a transaction, a savepoint would be one of its own, and be committed.
        match job(conn, clock.next(), end.clone()) {
            Ok(answer) if end.is_ok() => {
                answers.push(answer);
                next = if answers.len() < SHARED { queue.try_recv().ok() } else { None };
            }
            // There is no transaction that could be committed.
            Ok(answer) | Err(answer) => {
                answers.push(answer);
                if end.is_ok() {
                    end = Err(diesel::result::Error::BrokenTransactionManager.into());
                }
            }
        }
    }
    let end = end.and_then(|()| control(conn, "COMMIT").map_err(InternalError::from));
    if end.is_err() {
        // Fails where SQLite has rolled back by itself.
        let _ = conn.batch_execute("ROLLBACK");
    }
    let failure = end.err().map(|fault| fault.explain());
    for answer in answers {
        answer(match &failure {
            None => Ok(()),
            Some(why) => Err(InternalError::CommitFailed(why.clone())),
        });
    }
}

/// The outcome of the work, and whether the transaction around it is still there.
fn in_savepoint<R>(
    conn: &mut Conn,
    now: Timestamp,
    work: impl FnOnce(&mut Conn, Timestamp) -> Result<R, Error>,
) -> (Result<R, Error>, bool) {
    if let Err(error) = control(conn, "SAVEPOINT job") {
        return (Err(error.into()), false);
    }
    let result = panic::catch_unwind(AssertUnwindSafe(|| work(conn, now)))
        .unwrap_or_else(|panic| Err(InternalError::from_panic(&*panic).into()));
    let undone = if result.is_ok() { Ok(()) } else { control(conn, "ROLLBACK TO job") };
    // A full disk makes SQLite roll back everything, and then the savepoint is gone as well.
    match undone.and_then(|()| control(conn, "RELEASE job")) {
        Ok(()) => (result, true),
        Err(error) => (result.and_then(|_| Err(error.into())), false),
    }
}
