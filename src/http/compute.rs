//! Threads for expensive operations, so that they do not delay the threads that do I/O.

use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::AbortOnDropHandle;

use crate::config::http::Http;

/// The stack size of threads that execute operations, in bytes. Decoding the most deeply nested input uses a
/// good part of the usual 2 MB, and all of it in a build without optimisation.
pub const THREAD_STACK_SIZE: usize = 8 * 1024 * 1024;

/// The maximum cost of an operation that is executed on the thread that received it. In a release build
/// it takes about a millisecond.
pub(super) const MAX_INLINE_COST: u64 = 2_000;

/// The maximum number of bytes that are parsed or compressed on a thread that does I/O.
pub(super) const MAX_INLINE_BYTES: usize = 64 * 1024;

/// A runtime with one thread for each core, and a bounded queue in front of it.
pub(super) struct ComputePool {
    handle: Handle,
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
    /// One permit for each operation that runs or waits.
    slots: Arc<Semaphore>,
}

/// The permit of an operation that runs on the pool or waits in its queue.
#[derive(Debug)]
pub(super) struct QueuePermit {
    _permit: OwnedSemaphorePermit,
}

impl ComputePool {
    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system does not let it start a thread.
    pub(super) fn start(http: &Http) -> io::Result<Self> {
        let cores = available_parallelism().map_or(1, NonZero::get);
        let threads = http.compute_threads.map_or(cores, NonZero::get);
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("oms-compute")
            .thread_stack_size(THREAD_STACK_SIZE)
            .enable_all()
            .build()?;
        let slots = threads.saturating_add(http.compute_queue).min(Semaphore::MAX_PERMITS);
        Ok(Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
            slots: Arc::new(Semaphore::new(slots)),
        })
    }

    /// Returns a slot, or `None` if the queue is full.
    pub(super) fn try_slot(&self) -> Option<QueuePermit> {
        self.slots.clone().try_acquire_owned().ok().map(|permit| QueuePermit { _permit: permit })
    }

    /// Runs `work` in the slot, which is free again when `work` has ended. Dropping the handle cancels it.
    pub(super) fn spawn<F>(&self, slot: QueuePermit, work: F) -> AbortOnDropHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.spawn_unbounded(async move {
            let _slot = slot;
            work.await
        })
    }

    /// Runs `work` without a slot: a short part of a request that has been admitted already.
    pub(super) fn spawn_unbounded<F>(&self, work: F) -> AbortOnDropHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        AbortOnDropHandle::new(self.handle.spawn(work))
    }
}

impl Drop for ComputePool {
    fn drop(&mut self) {
        // A runtime must not block while it is dropped by a task of another one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
