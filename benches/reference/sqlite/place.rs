//! Places orders. All waiting orders share one transaction and one flush to disk. An order is validated
//! completely before its first write, so rejected orders need no rollback.

use super::super::order::{Input, Order, Placed, unknown};
use super::shop::Shop;

struct Line {
    product: i64,
    quantity: i64,
}

impl Shop {
    /// Places orders and returns the results in input order. The orders are durable when this returns.
    /// `now` is in microseconds since the Unix epoch.
    pub fn place_all<'a>(&mut self, inputs: impl Iterator<Item = &'a Input>, now: i64) -> Vec<Placed> {
        self.begin.run(&[]);
        let outcomes = inputs.map(|input| self.place(input, now)).collect();
        self.commit.run(&[]);
        outcomes
    }

    fn place(&mut self, input: &Input, now: i64) -> Placed {
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
            // This connection is the only writer, so the stock cannot change after the check.
            assert_eq!(self.connection.changes(), 1, "the stock of product {product} went away");
            self.insert_item.run(&[key, product, quantity, now]);
        }
        Ok(Order { key, customer, total })
    }
}
