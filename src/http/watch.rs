//! Who sees to it that no connection takes longer than it may. All timing of connections is here, on a
//! thread of its own: it fires when every thread of the server is busy computing, it polls the
//! connections whose time is over itself, and a request that is in time pays next to nothing for it.

use std::collections::HashMap;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use crate::http::pace::{Pace, Times};

/// How soon a connection is looked at again that somebody was busy with when its time was over.
const AGAIN: Duration = Duration::from_millis(10);

/// Who has waited for its client for less is not ended for another: it may be in the middle of a
/// conversation.
const SETTLED: Duration = Duration::from_secs(1);

/// What a connection does.
pub(super) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

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
    times: Times,
    /// Nobody watches any more.
    ended: AtomicBool,
}

impl Watch {
    /// To be started where the connections run: what they begin while the watch polls them begins there.
    pub(super) fn start(times: Times) -> io::Result<Self> {
        let connections = Arc::new(Connections {
            all: Mutex::default(),
            next: AtomicU64::new(0),
            times,
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
        let pace = Arc::new(Pace::new(self.connections.times));
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

    /// All connections, for those who have to make room.
    pub(super) fn crowd(&self) -> Crowd {
        Crowd(self.connections.clone())
    }
}

/// All connections of a server, some of which can be done without.
#[derive(Clone)]
pub(super) struct Crowd(Arc<Connections>);

impl Crowd {
    /// Ends the connection that has been waiting for its client for longest, to make room for another.
    /// Whether one has ended.
    pub(super) fn make_room(&self) -> bool {
        self.end_longest(Pace::waits_since, SETTLED)
    }

    /// Ends the one that has been sending an answer for longest, where that is more than a request may
    /// take: its place is wanted by another. Whether one has ended.
    pub(super) fn free_place(&self) -> bool {
        self.end_longest(Pace::sends_since, self.0.times.request)
    }

    fn end_longest(&self, since: fn(&Pace) -> Option<Instant>, least: Duration) -> bool {
        let longest = {
            let all = lock(&self.0.all);
            let these = all.values().filter_map(|watched| Some((since(&watched.pace)?, watched)));
            these.min_by_key(|(since, _)| *since).map(|(since, watched)| (since, watched.clone()))
        };
        let Some((moment, watched)) = longest else { return false };
        moment.elapsed() >= least && watched.end_if(|pace| since(pace) == Some(moment))
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
        let mut pause = self.times.request.min(self.times.idle);
        let mut over = Vec::new();
        for watched in lock(&self.all).values() {
            match watched.pace.left() {
                Some(Duration::ZERO) => over.push(watched.clone()),
                Some(left) => pause = pause.min(left),
                None => {}
            }
        }
        for watched in over {
            watched.end_if(|pace| pace.left() == Some(Duration::ZERO));
            pause = pause.min(AGAIN);
        }
        pause
    }
}

impl Watched {
    /// Polls it as one whose time is over, unless somebody else is at it, or it has come further
    /// meanwhile. Whether it has ended.
    fn end_if(&self, is_over: impl FnOnce(&Pace) -> bool) -> bool {
        let mut shared = match self.work.try_lock() {
            Ok(shared) => shared,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        if !is_over(&self.pace) {
            return false;
        }
        self.pace.is_over();
        let waker = shared.waker.clone();
        let polled = panic::catch_unwind(AssertUnwindSafe(|| shared.poll(&mut Context::from_waker(&waker))));
        self.pace.goes_on();
        if matches!(polled, Ok(Poll::Pending)) {
            return false;
        }
        shared.work = None;
        waker.wake();
        true
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
