//! Runs the writes of several fields in one transaction. The fields are executed concurrently up to their writes, which
//! wait here for each other.

use tokio::sync::{mpsc, oneshot};

use crate::db::Session;
use crate::db::pending_write::{PendingWrite, PerformedWrite};
use crate::error::{Error, InternalError, UserError, UserErrorKind};

/// The writes of the fields of an operation: all of them are committed, or none.
pub struct AtomicWrites {
    /// The response keys of the fields, in the order of their writes.
    fields: Vec<String>,
    messages: mpsc::UnboundedReceiver<MemberMessage>,
}

/// The access of one field to the shared transaction.
#[derive(Debug, Clone)]
pub struct AtomicMember {
    index: usize,
    messages: mpsc::UnboundedSender<MemberMessage>,
}

/// A message of a field, which sends one before the transaction.
enum MemberMessage {
    /// The field waits with this write.
    Submitted(SubmittedWrite),
    /// The field has ended. Without a write before, the field was refused.
    Ended(usize),
}

struct SubmittedWrite {
    index: usize,
    write: PendingWrite,
    reply: oneshot::Sender<Result<PerformedWrite, Error>>,
}

impl AtomicWrites {
    /// Returns the transaction of these fields, given by their response keys, and the access of each.
    pub fn new(fields: Vec<String>) -> (Self, Vec<AtomicMember>) {
        let (sender, messages) = mpsc::unbounded_channel();
        let member = |index| AtomicMember { index, messages: sender.clone() };
        let members = (0..fields.len()).map(member).collect();
        (Self { fields, messages }, members)
    }

    /// Waits for the writes of all fields and runs them in one transaction, in the order of the fields. Each field
    /// receives its result; if one fails or has ended without a write, the others receive `ROLLED_BACK`.
    pub async fn run(mut self, session: &Session) {
        let (mut submitted, mut refused) = (Vec::new(), None::<usize>);
        for _ in 0..self.fields.len() {
            match self.messages.recv().await {
                Some(MemberMessage::Submitted(write)) => submitted.push(write),
                Some(MemberMessage::Ended(index)) => {
                    refused = Some(refused.map_or(index, |first| first.min(index)));
                }
                None => return,
            }
        }
        submitted.sort_by_key(|write| write.index);
        if let Some(refused) = refused {
            for SubmittedWrite { reply, .. } in submitted {
                // Fails when the request was cancelled.
                let _ = reply.send(Err(self.rolled_back(refused)));
            }
            return;
        }
        let (mut writes, mut replies) = (Vec::new(), Vec::new());
        for SubmittedWrite { write, reply, .. } in submitted {
            writes.push(write);
            replies.push(reply);
        }
        match session.run_writes(writes).await {
            Ok(performed) => {
                for (reply, performed) in replies.into_iter().zip(performed) {
                    let _ = reply.send(Ok(performed));
                }
            }
            Err((Some(failed), error)) => {
                let mut error = Some(error);
                for (index, reply) in replies.into_iter().enumerate() {
                    let own = if index == failed { error.take() } else { None };
                    let _ = reply.send(Err(own.unwrap_or_else(|| self.rolled_back(failed))));
                }
            }
            // The transaction itself failed.
            Err((None, error)) => {
                let error = match error {
                    Error::Internal(error) => error,
                    Error::User(_) => InternalError::CommitFailed("a transaction was refused".to_owned()),
                };
                for reply in replies {
                    let _ = reply.send(Err(error.clone().into()));
                }
            }
        }
    }

    fn rolled_back(&self, because: usize) -> Error {
        let because = self.fields.get(because).cloned().unwrap_or_default();
        UserError::new(&[], UserErrorKind::RolledBack { because }).into()
    }
}

impl AtomicMember {
    /// Waits for the shared transaction and returns the result of the write in it.
    pub(super) async fn submit(&self, write: PendingWrite) -> Result<PerformedWrite, Error> {
        let (reply, answer) = oneshot::channel();
        let submitted = SubmittedWrite { index: self.index, write, reply };
        let closed = InternalError::ShuttingDown;
        self.messages.send(MemberMessage::Submitted(submitted)).map_err(|_| closed.clone())?;
        answer.await.map_err(|_| closed)?
    }

    /// Reports that the field has ended. Must be called once.
    pub fn end(&self) {
        // Fails after the transaction, which does not wait for the end of a field.
        let _ = self.messages.send(MemberMessage::Ended(self.index));
    }
}
