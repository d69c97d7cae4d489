//! Places an order in a transaction with three round trips, each with several pipelined statements.

use std::collections::HashMap;

use futures_util::future::{try_join, try_join_all, try_join3};
use tokio_postgres::Error;
use tokio_postgres::types::ToSql;

use super::super::order::{Input, Key, Order, Placed, unknown};
use super::shop::Shop;

struct Line {
    product: i64,
    quantity: i32,
    price: i64,
}

impl Shop {
    /// Places an order, which is durable when this returns. `now` is in microseconds since the Unix epoch.
    pub async fn place(&self, input: &Input, now: i64) -> Placed {
        let outcome = self.attempt(input, now).await.expect("a transaction of PostgreSQL");
        if outcome.is_err() {
            // An order can be rejected before the transaction starts; the rollback then has no effect.
            self.client.batch_execute("ROLLBACK").await.expect("a transaction that is undone");
        }
        outcome
    }

    async fn attempt(&self, input: &Input, now: i64) -> Result<Placed, Error> {
        let (customer, products) = match keys(input) {
            Ok(keys) => keys,
            Err(why) => return Ok(Err(why)),
        };
        let ((), found, prices) = try_join3(
            self.client.batch_execute("BEGIN"),
            self.client.query_opt(&self.customer_exists, &[&customer]),
            self.client.query(&self.prices, &[&products]),
        )
        .await?;
        if found.is_none() {
            return Ok(Err(unknown(&input.customer)));
        }
        let prices: HashMap<i64, i64> = prices.iter().map(|row| (row.get(0), row.get(1))).collect();
        let (lines, total) = match lines(input, &products, &prices) {
            Ok(lines) => lines,
            Err(why) => return Ok(Err(why)),
        };

        // Rows are locked in product order, which prevents deadlocks.
        let mut sorted: Vec<&Line> = lines.iter().collect();
        sorted.sort_by_key(|line| line.product);
        let reserve = sorted.iter().map(|line| async {
            self.client.execute(&self.reserve, &[&line.product, &line.quantity, &now]).await
        });
        let values: [&(dyn ToSql + Sync); 3] = [&customer, &total, &now];
        let order = self.client.query_one(&self.insert_order, &values);
        let (reserved, order) = try_join(try_join_all(reserve), order).await?;
        if let Some(short) = reserved.iter().position(|rows| *rows == 0) {
            return Ok(Err(format!("not enough of prd_{}", sorted[short].product)));
        }

        let key: i64 = order.get(0);
        let products: Vec<i64> = lines.iter().map(|line| line.product).collect();
        let quantities: Vec<i32> = lines.iter().map(|line| line.quantity).collect();
        let prices: Vec<i64> = lines.iter().map(|line| line.price).collect();
        try_join(
            self.client.execute(&self.insert_items, &[&key, &products, &quantities, &prices, &now]),
            self.client.batch_execute("COMMIT"),
        )
        .await?;
        Ok(Ok(Order { key, customer, total }))
    }
}

/// Returns the key of the customer and of the product of each line.
fn keys(input: &Input) -> Result<(i64, Vec<i64>), String> {
    let customer = input.customer.number("cus_").ok_or_else(|| unknown(&input.customer))?;
    let product = |key: &Key| key.number("prd_").ok_or_else(|| unknown(key));
    let products: Vec<i64> =
        input.items.iter().map(|item| product(&item.product)).collect::<Result<_, _>>()?;
    if products.is_empty() {
        return Err("an order has at least one item".to_owned());
    }
    Ok((customer, products))
}

/// Returns the lines with their prices, and the total.
fn lines(input: &Input, products: &[i64], prices: &HashMap<i64, i64>) -> Result<(Vec<Line>, i64), String> {
    let mut total = 0_i64;
    let mut lines = Vec::with_capacity(products.len());
    for (item, &product) in input.items.iter().zip(products) {
        let quantity = item.quantity;
        if quantity <= 0 {
            return Err(format!("{quantity} is not a quantity"));
        }
        let price = *prices.get(&product).ok_or_else(|| unknown(&item.product))?;
        let subtotal = price.checked_mul(i64::from(quantity));
        total = subtotal.and_then(|subtotal| total.checked_add(subtotal)).ok_or("too much money")?;
        lines.push(Line { product, quantity, price });
    }
    Ok((lines, total))
}
