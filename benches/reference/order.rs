//! The order input and its response, independent of the database.

use serde::Deserialize;

use super::json::Json;

#[derive(Deserialize)]
pub struct Input {
    pub customer: Key,
    pub items: Vec<InputItem>,
}

#[derive(Deserialize)]
pub struct InputItem {
    pub product: Key,
    pub quantity: i32,
}

#[derive(Deserialize)]
pub struct Key {
    pub id: String,
}

impl Key {
    /// Returns the number after the prefix, or `None` if the id is malformed.
    pub fn number(&self, prefix: &str) -> Option<i64> {
        self.id.strip_prefix(prefix)?.parse().ok()
    }
}

/// Returns the error message for an unknown id.
pub fn unknown(key: &Key) -> String {
    format!("there is no {}", key.id)
}

/// A placed order, or the reason why it was rejected.
pub type Placed = Result<Order, String>;

pub struct Order {
    pub key: i64,
    pub customer: i64,
    pub total: i64,
}

/// Returns the response for a placed or rejected order.
pub fn answer(placed: &Placed) -> Json {
    let mut json = Json::with_capacity(192);
    json.raw("{\"data\":{\"createOrder\":{\"order\":");
    match placed {
        Ok(order) => {
            json.raw("{\"id\":");
            json.id("ord_", order.key);
            json.raw(",\"status\":\"PENDING\",\"totalAmount\":");
            json.money(order.total);
            json.raw(",\"customer\":{\"id\":");
            json.id("cus_", order.customer);
            json.raw("}},\"errors\":[]}}}");
        }
        Err(why) => {
            json.raw("null,\"errors\":[{\"message\":");
            json.text(Some(why.as_bytes()));
            json.raw("}]}}}");
        }
    }
    json
}
