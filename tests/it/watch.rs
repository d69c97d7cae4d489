//! Looks at the statements that a database runs.

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

    /// Those that ran since this was last asked, without the values bound to them.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().run)
    }

    /// Whether it is prepared only once.
    pub fn is_kept(&self, text: &str) -> bool {
        self.0.lock().unwrap().kept.contains(text)
    }
}

fn without_values(text: &str) -> &str {
    text.split(" -- binds: ").next().unwrap_or_default()
}
