//! Looks at the statements that a database runs.

use std::sync::{Arc, Mutex};

use oms::db::statements::Watch;

/// Puts every statement into `seen`, without the values bound to it.
pub fn into(seen: &Arc<Mutex<Vec<String>>>) -> Watch {
    let seen = seen.clone();
    Arc::new(move |statement| {
        let text = statement.split(" -- binds: ").next().unwrap_or_default();
        seen.lock().unwrap().push(text.to_owned());
    })
}
