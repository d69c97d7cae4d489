//! Records the statements that a database executes.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use oms::db::statements::{ObservedStatement, StatementObserver};

/// The events so far.
#[derive(Clone, Default)]
pub struct Statements(Arc<Mutex<Log>>);

#[derive(Default)]
struct Log {
    run: Vec<String>,
    kept: HashSet<String>,
}

impl Statements {
    pub fn watch(&self) -> StatementObserver {
        let log = self.0.clone();
        Arc::new(move |seen| {
            let mut log = log.lock().unwrap();
            match seen {
                ObservedStatement::Executed(text) => log.run.push(without_values(text).to_owned()),
                ObservedStatement::Cached(text) => {
                    log.kept.insert(text.to_owned());
                }
            }
        })
    }

    /// Returns the statements since the last call, without their bound values.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().run)
    }

    /// Returns whether a statement is prepared only once.
    pub fn is_kept(&self, text: &str) -> bool {
        self.0.lock().unwrap().kept.contains(text)
    }
}

fn without_values(text: &str) -> &str {
    text.split(" -- binds: ").next().unwrap_or_default()
}
