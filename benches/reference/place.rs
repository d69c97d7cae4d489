//! Placing orders. All that are waiting share one transaction, and so one flush of the disk. An
//! order is checked in full before its first write, so that a refused one leaves nothing to undo.

use serde::Deserialize;

use super::json::Json;
use super::shop::Shop;

#[derive(Deserialize)]
pub struct Input {
    customer: Key,
    items: Vec<InputItem>,
}

#[derive(Deserialize)]
struct InputItem {
    product: Key,
    quantity: i32,
}

#[derive(Deserialize)]
struct Key {
    id: String,
}

impl Key {
    fn number(&self, prefix: &str) -> Option<i64> {
        self.id.strip_prefix(prefix)?.parse().ok()
    }
}

/// An order that is as good as committed, or why there is none.
pub type Placed = Result<Order, String>;

pub struct Order {
    key: i64,
    customer: i64,
    total: i64,
}

struct Line {
    product: i64,
    quantity: i64,
}

impl Shop {
    /// The outcome of each order, in order; on the disk when this returns. `now` in microseconds.
    pub fn place_all<'a>(&mut self, inputs: impl Iterator<Item = &'a Input>, now: i64) -> Vec<Placed> {
        self.begin.run(&[]);
        let outcomes = inputs.map(|input| self.place(input, now)).collect();
        self.commit.run(&[]);
        outcomes
    }

    fn place(&mut self, input: &Input, now: i64) -> Placed {
        let unknown = |key: &Key| format!("there is no {}", key.id);
        let customer = input.customer.number("cus_").ok_or_else(|| unknown(&input.customer))?;
        if input.items.is_empty() {
            return Err("an order has at least one item".to_owned());
        }
        if !self.customer_exists.query(&[customer]).next() {
            return Err(unknown(&input.customer));
        }
        let mut lines: Vec<Line> = Vec::with_capacity(input.items.len());
        let mut total = 0_i64;
        for item in &input.items {
            let product = item.product.number("prd_").ok_or_else(|| unknown(&item.product))?;
            let quantity = i64::from(item.quantity);
            if quantity <= 0 {
                return Err(format!("{quantity} is not a quantity"));
            }
            let mut row = self.price_and_stock.query(&[product]);
            if !row.next() {
                return Err(unknown(&item.product));
            }
            let same = lines.iter().filter(|line| line.product == product);
            let wanted = quantity + same.map(|line| line.quantity).sum::<i64>();
            if row.int(1) < wanted {
                return Err(format!("not enough of {}", item.product.id));
            }
            let subtotal = row.int(0).checked_mul(quantity);
            total = subtotal.and_then(|subtotal| total.checked_add(subtotal)).ok_or("too much money")?;
            lines.push(Line { product, quantity });
        }

        self.insert_order.run(&[customer, total, now]);
        let key = self.connection.last_insert_id();
        for Line { product, quantity } in lines {
            self.reserve.run(&[product, quantity, now]);
            // Nobody else writes between the look and this.
            assert_eq!(self.connection.changes(), 1, "the stock of product {product} went away");
            self.insert_item.run(&[key, product, quantity, now]);
        }
        Ok(Order { key, customer, total })
    }
}

/// The answer to the one who asked for the order.
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
