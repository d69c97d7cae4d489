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
use std::time::Duration;

use tokio::runtime::Handle;

use crate::http::crowd::Crowd;
use crate::http::observer::Observer;
use crate::http::pace::{Pace, Phase, Times};

/// How soon a connection is looked at again that somebody was busy with when its time was over.
const AGAIN: Duration = Duration::from_millis(10);

/// What a connection does.
pub(super) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A connection that two may poll: the task it is, and the watch.
pub(super) struct Watched {
    number: u64,
    work: Mutex<Shared>,
    pub pace: Arc<Pace>,
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

/// What became of a connection that was to be told that it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It has ended by that: there is room for another.
    Ended,
    /// It does what there is left to do, such as to say so to its client.
    GoesOn,
    /// It was not told, because it has come further, or somebody else is at it.
    Nothing,
}

/// Why a connection is closed before its client does so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// There was no request on it for long.
    Idle,
    /// Its client sends a request, or reads an answer, too slowly.
    Slow,
    /// Another connection needed the room.
    Room,
    /// Another request needed the place of the answer.
    Place,
}

impl Why {
    /// As it is counted.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Slow => "slow",
            Self::Room => "room",
            Self::Place => "place",
        }
    }
}

/// All connections of a server that have not ended.
pub(super) struct Connections {
    all: Mutex<HashMap<u64, Arc<Watched>>>,
    next: AtomicU64,
    pub times: Times,
    observer: Observer,
    /// Nobody watches any more.
    ended: AtomicBool,
}

impl Watch {
    /// To be started where the connections run: what they begin while the watch polls them begins there.
    pub(super) fn start(times: Times, observer: Observer) -> io::Result<Self> {
        let connections = Arc::new(Connections {
            all: Mutex::default(),
            next: AtomicU64::new(0),
            times,
            observer,
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
        let number = self.connections.next.fetch_add(1, Ordering::Relaxed);
        let watched = Arc::new(Watched { number, work: Mutex::new(shared), pace });
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
        Crowd::of(self.connections.clone())
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
            let why = if watched.pace.is(Phase::Idle) { Why::Idle } else { Why::Slow };
            self.end_if(&watched, why, |pace| pace.left() == Some(Duration::ZERO));
            pause = pause.min(AGAIN);
        }
        pause
    }

    pub(super) fn count(&self) -> usize {
        lock(&self.all).len()
    }

    /// Those of which `choose` has something to say, with what it says.
    pub(super) fn chosen<T>(&self, choose: impl Fn(&Pace) -> Option<T>) -> Vec<(T, Arc<Watched>)> {
        let all = lock(&self.all);
        all.values().filter_map(|watched| Some((choose(&watched.pace)?, watched.clone()))).collect()
    }

    /// Tells one, if it is over.
    pub(super) fn end_if(&self, watched: &Watched, why: Why, is_over: impl FnOnce(&Pace) -> bool) -> Told {
        let (mut was_sending, mut had_request) = (false, false);
        let told = watched.end_if(|pace| {
            (was_sending, had_request) = (pace.is(Phase::Body), pace.is(Phase::Request));
            is_over(pace)
        });
        // Who has not sent a body in time is told so before it is closed; who waits for an answer that
        // takes too long is told so and may stay.
        if told == Told::Ended && !had_request || told == Told::GoesOn && was_sending {
            self.observer.closed(why);
        }
        if told == Told::Ended {
            // Its task may take a while to notice.
            lock(&self.all).remove(&watched.number);
        }
        told
    }
}

impl Watched {
    /// Polls it as one whose time is over, unless somebody else is at it, or it has come further
    /// meanwhile.
    fn end_if(&self, is_over: impl FnOnce(&Pace) -> bool) -> Told {
        let mut shared = match self.work.try_lock() {
            Ok(shared) => shared,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Told::Nothing,
        };
        if shared.work.is_none() || !is_over(&self.pace) {
            return Told::Nothing;
        }
        self.pace.is_over();
        let waker = shared.waker.clone();
        let polled = panic::catch_unwind(AssertUnwindSafe(|| shared.poll(&mut Context::from_waker(&waker))));
        self.pace.goes_on();
        if matches!(polled, Ok(Poll::Pending)) {
            return Told::GoesOn;
        }
        shared.work = None;
        waker.wake();
        Told::Ended
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
