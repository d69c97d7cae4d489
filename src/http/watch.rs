//! Who sees to it that no connection takes longer than it may. All timing of connections is here, on a
//! thread of its own: it fires when every thread of the server is busy computing, it polls the
//! connections whose time is over itself, and a request that is in time pays next to nothing for it.

use std::collections::HashMap;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

/// How soon a connection is looked at again that somebody was busy with when its time was over.
const AGAIN: Duration = Duration::from_millis(10);

/// How long a connection may be open without a request on it. Longer than what usually stands in front
/// of a server keeps one, so that it is never we who close it just when a request is on its way.
const IDLE: Duration = Duration::from_secs(75);

/// What a connection does.
pub(super) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How far a connection is, and until when it may be so. Changed by the connection, read by the watch.
#[derive(Debug)]
pub(super) struct Pace {
    phase: AtomicU8,
    /// Nanoseconds after `start`.
    due: AtomicU64,
    /// The watch has found that it is over.
    late: AtomicBool,
    start: Instant,
    /// How long a request may take, from its first byte on; and how long a client may read nothing of
    /// its answer.
    timeout: Duration,
}

/// What is happening on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// Nothing.
    Idle,
    /// The head of a request is coming in.
    Head,
    /// A request is being read or worked for.
    Request,
    /// An answer is going out.
    Answer,
}

impl Pace {
    fn new(timeout: Duration) -> Self {
        let pace = Self {
            phase: AtomicU8::new(Phase::Idle as u8),
            due: AtomicU64::new(u64::MAX),
            late: AtomicBool::new(false),
            start: Instant::now(),
            timeout,
        };
        // Who opens a connection has something to say.
        pace.due_in(timeout);
        pace
    }

    pub(super) fn is(&self, phase: Phase) -> bool {
        self.phase.load(Ordering::Relaxed) == phase as u8
    }

    /// Whether it is over. True only while the watch polls the connection.
    pub(super) fn is_late(&self) -> bool {
        self.late.load(Ordering::Relaxed)
    }

    /// Bytes have come in.
    pub(super) fn heard(&self) {
        if self.is(Phase::Idle) {
            self.enter(Phase::Head);
            self.due_in(self.timeout);
        }
    }

    /// A request is there, with its head at least. When it has to be answered.
    pub(super) fn begin(&self) -> Instant {
        if !self.is(Phase::Head) {
            // It came together with the one before.
            self.due_in(self.timeout);
        }
        self.enter(Phase::Request);
        self.start + Duration::from_nanos(self.due.load(Ordering::Relaxed))
    }

    /// The answer is there, and has to be sent.
    pub(super) fn answer(&self) {
        self.enter(Phase::Answer);
        self.due.store(u64::MAX, Ordering::Relaxed);
        // The next request, which may be there already, has its own time.
        self.late.store(false, Ordering::Relaxed);
    }

    /// Some of the answer went out.
    pub(super) fn progress(&self) {
        if self.is(Phase::Answer) {
            self.due.store(u64::MAX, Ordering::Relaxed);
        }
    }

    /// The client takes no more of the answer for now.
    pub(super) fn stuck(&self) {
        if self.is(Phase::Answer) && self.due.load(Ordering::Relaxed) == u64::MAX {
            self.due_in(self.timeout);
        }
    }

    /// All that was written is on its way.
    pub(super) fn flushed(&self) {
        if self.is(Phase::Answer) {
            self.enter(Phase::Idle);
            self.due_in(IDLE);
        }
    }

    fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    fn due_in(&self, time: Duration) {
        let due = (self.start.elapsed() + time).as_nanos();
        self.due.store(u64::try_from(due).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How long it still has; `None` where it may take as long as it likes.
    fn left(&self) -> Option<Duration> {
        let due = self.due.load(Ordering::Relaxed);
        if due == u64::MAX {
            return None;
        }
        Some(Duration::from_nanos(due).saturating_sub(self.start.elapsed()))
    }
}

/// A connection that two may poll: the task it is, and the watch.
struct Watched {
    work: Mutex<Shared>,
    pace: Arc<Pace>,
}

struct Shared {
    /// Gone when it has ended.
    work: Option<Work>,
    /// That of the task, which is told of everything, whoever polls.
    waker: Waker,
}

/// The watch over all connections of a server. Its thread ends when this is dropped.
pub(super) struct Watch {
    connections: Arc<Connections>,
    thread: Thread,
}

struct Connections {
    all: Mutex<HashMap<u64, Arc<Watched>>>,
    next: AtomicU64,
    timeout: Duration,
    /// Nobody watches any more.
    ended: AtomicBool,
}

impl Watch {
    /// To be started where the connections run: what they begin while the watch polls them begins there.
    pub(super) fn start(timeout: Duration) -> io::Result<Self> {
        let connections = Arc::new(Connections {
            all: Mutex::default(),
            next: AtomicU64::new(0),
            timeout,
            ended: AtomicBool::new(false),
        });
        let (watched, runtime) = (connections.clone(), Handle::current());
        let thread = thread::Builder::new().name("watch".into()).spawn(move || {
            let _inside = runtime.enter();
            while !watched.ended.load(Ordering::Acquire) {
                thread::park_timeout(watched.look());
            }
        })?;
        Ok(Self { connections, thread: thread.thread().clone() })
    }

    /// Runs a connection to its end, or until its time is over.
    pub(super) fn over(
        &self,
        work: impl FnOnce(Arc<Pace>) -> Work,
    ) -> impl Future<Output = ()> + Send + 'static {
        let pace = Arc::new(Pace::new(self.connections.timeout));
        let work = Some(work(pace.clone()));
        let shared = Shared { work, waker: Waker::noop().clone() };
        let watched = Arc::new(Watched { work: Mutex::new(shared), pace });
        let number = self.connections.next.fetch_add(1, Ordering::Relaxed);
        lock(&self.connections.all).insert(number, watched.clone());
        let entry = Entry { connections: self.connections.clone(), number };
        async move {
            let _entry = entry;
            std::future::poll_fn(|cx| {
                let mut shared = lock(&watched.work);
                if !shared.waker.will_wake(cx.waker()) {
                    shared.waker = cx.waker().clone();
                }
                shared.poll(cx)
            })
            .await;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.connections.ended.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// The place of a connection among all.
struct Entry {
    connections: Arc<Connections>,
    number: u64,
}

impl Drop for Entry {
    fn drop(&mut self) {
        lock(&self.connections.all).remove(&self.number);
    }
}

impl Shared {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(work) = &mut self.work else { return Poll::Ready(()) };
        let polled = work.as_mut().poll(cx);
        if polled.is_ready() {
            self.work = None;
        }
        polled
    }
}

impl Connections {
    /// Sees to the connections whose time is over. How long nobody else's will be.
    fn look(&self) -> Duration {
        // What begins from now on has at least this long.
        let mut pause = self.timeout.min(IDLE);
        let mut over = Vec::new();
        for watched in lock(&self.all).values() {
            match watched.pace.left() {
                Some(Duration::ZERO) => over.push(watched.clone()),
                Some(left) => pause = pause.min(left),
                None => {}
            }
        }
        for watched in over {
            watched.enforce();
            pause = pause.min(AGAIN);
        }
        pause
    }
}

impl Watched {
    /// Polls it as one whose time is over, unless somebody else is at it.
    fn enforce(&self) {
        let mut shared = match self.work.try_lock() {
            Ok(shared) => shared,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        // It may have come further meanwhile.
        if self.pace.left() != Some(Duration::ZERO) {
            return;
        }
        self.pace.late.store(true, Ordering::Relaxed);
        let waker = shared.waker.clone();
        let polled = panic::catch_unwind(AssertUnwindSafe(|| shared.poll(&mut Context::from_waker(&waker))));
        self.pace.late.store(false, Ordering::Relaxed);
        if !matches!(polled, Ok(Poll::Pending)) {
            shared.work = None;
            waker.wake();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
