//! The origin of a write: the request and the actor that are recorded with its events. Stores do not know of requests, so
//! the origin belongs to the thread while a write of the request runs on it.

use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static CURRENT: RefCell<Option<Arc<WriteOrigin>>> = const { RefCell::new(None) };
}

/// The origin of a write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteOrigin {
    /// The id of the request.
    pub request: Option<String>,
    /// The API key or user that sent the request; `None` if it is not authenticated.
    pub actor: Option<String>,
}

/// Runs `work` with this origin as the current one of the thread.
pub(super) fn with_origin<R>(origin: Option<Arc<WriteOrigin>>, work: impl FnOnce() -> R) -> R {
    /// Restores the previous origin, also after a panic.
    struct RestoreOrigin(Option<Arc<WriteOrigin>>);

    impl Drop for RestoreOrigin {
        fn drop(&mut self) {
            CURRENT.set(self.0.take());
        }
    }

    let _restore = RestoreOrigin(CURRENT.replace(origin));
    work()
}

/// Returns the origin of the write that runs on this thread; `None` for commands.
pub fn current() -> Option<Arc<WriteOrigin>> {
    CURRENT.with_borrow(Clone::clone)
}
