//! A connection with a prepared statement for each query. Each response is computed by one statement, so it
//! has a consistent snapshot. PostgreSQL errors panic, because a benchmark cannot recover from them.

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};

use super::super::answer::{self, Product};
use super::super::json::Json;
use crate::Result;

pub struct Shop {
    pub(super) client: Client,
    customer: Statement,
    customers: Statement,
    latest_orders: Statement,
    products: Statement,
    pub(super) customer_exists: Statement,
    pub(super) prices: Statement,
    pub(super) reserve: Statement,
    pub(super) insert_order: Statement,
    pub(super) insert_items: Statement,
}

impl Shop {
    pub async fn open(url: &str) -> Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        // Connection errors also surface in the client.
        tokio::spawn(connection);
        let prepare = |sql| client.prepare(sql);
        Ok(Self {
            customer: prepare("SELECT id, name, email FROM customers WHERE id = $1").await?,
            customers: prepare(
                "SELECT c.id, c.name, c.email, o.id, o.order_date, o.status, o.total_amount,
                     i.id, i.quantity, i.unit_price, i.subtotal, p.id, p.name, p.sku, p.price
                 FROM (SELECT id, name, email FROM customers ORDER BY id LIMIT 50) c
                 LEFT JOIN LATERAL (
                     SELECT id, order_date, status, total_amount FROM orders
                     WHERE customer_id = c.id ORDER BY id LIMIT 10) o ON true
                 LEFT JOIN LATERAL (
                     SELECT id, quantity, unit_price, subtotal, product_id FROM order_items
                     WHERE order_id = o.id ORDER BY id LIMIT 3) i ON true
                 LEFT JOIN products p ON p.id = i.product_id
                 ORDER BY c.id, o.id, i.id",
            )
            .await?,
            latest_orders: prepare(
                "SELECT o.id, o.order_date, o.status, o.total_amount, c.name
                 FROM orders o JOIN customers c ON c.id = o.customer_id
                 ORDER BY o.order_date DESC, o.id DESC LIMIT 20",
            )
            .await?,
            products: prepare(
                "SELECT id, name, description, sku, price, created_at FROM products ORDER BY id LIMIT 100",
            )
            .await?,
            customer_exists: prepare("SELECT 1 FROM customers WHERE id = $1").await?,
            prices: prepare("SELECT id, price FROM products WHERE id = ANY ($1)").await?,
            reserve: prepare(
                "UPDATE inventory SET reserved = reserved + $2, updated_at = $3, version = version + 1
                 WHERE product_id = $1 AND quantity - reserved >= $2",
            )
            .await?,
            insert_order: prepare(
                "INSERT INTO orders (customer_id, order_date, status, total_amount, created_at, updated_at)
                 VALUES ($1, $3, 'PENDING', $2, $3, $3) RETURNING id",
            )
            .await?,
            insert_items: prepare(
                "INSERT INTO order_items (order_id, product_id, product_name, product_sku, quantity,
                     quantity_reserved, unit_price, subtotal, created_at, updated_at)
                 SELECT $1, p.id, p.name, p.sku, line.quantity, line.quantity,
                     line.price, line.price * line.quantity, $5, $5
                 FROM unnest($2::bigint[], $3::integer[], $4::bigint[]) WITH ORDINALITY
                     AS line (product, quantity, price, n)
                 JOIN products p ON p.id = line.product ORDER BY line.n",
            )
            .await?,
            client,
        })
    }

    async fn query(&self, statement: &Statement, values: &[&(dyn ToSql + Sync)]) -> Vec<Row> {
        self.client.query(statement, values).await.expect("an answer of PostgreSQL")
    }

    pub async fn customer(&self, key: i64) -> Json {
        let mut json = Json::with_capacity(256);
        match self.query(&self.customer, &[&key]).await.first() {
            Some(row) => {
                json.raw("{\"data\":{\"customer\":");
                answer::customer(&mut json, row.get(0), text(row, 1), text(row, 2));
                json.raw("}}}");
            }
            None => json.raw("{\"data\":{\"customer\":null}}"),
        }
        json
    }

    /// Returns 50 customers with 10 orders each, 3 items per order, and their products. The statement
    /// returns one row for each item, and one for each customer or order without children.
    pub async fn customers(&self) -> Json {
        let mut json = Json::with_capacity(384 * 1024);
        json.raw("{\"data\":{\"customers\":{\"nodes\":[");
        let (mut customer, mut order) = (None, None);
        for row in &self.query(&self.customers, &[]).await {
            let (its_customer, its_order) = (row.get::<_, i64>(0), row.get::<_, Option<i64>>(3));
            if order.is_some() && order != its_order {
                json.close("]}},");
            }
            if customer != Some(its_customer) {
                if customer.is_some() {
                    json.close("]}},");
                }
                answer::customer(&mut json, its_customer, text(row, 1), text(row, 2));
                json.raw(",\"orders\":{\"nodes\":[");
                customer = Some(its_customer);
            }
            if let Some(key) = its_order.filter(|_| order != its_order) {
                answer::order(&mut json, key, row.get(4), text(row, 5), row.get(6));
                json.raw(",\"items\":{\"nodes\":[");
            }
            order = its_order;
            if let Some(item) = row.get(7) {
                answer::item(&mut json, item, i64::from(row.get::<_, i32>(8)), row.get(9), row.get(10));
                json.raw(",\"product\":");
                answer::product(&mut json, row.get(11), text(row, 12), text(row, 13), row.get(14));
                json.raw("}},");
            }
        }
        if order.is_some() {
            json.close("]}},");
        }
        if customer.is_some() {
            json.close("]}},");
        }
        json.close("]}}}");
        json
    }

    pub async fn latest_orders(&self) -> Json {
        let mut json = Json::with_capacity(4096);
        json.raw("{\"data\":{\"orders\":{\"nodes\":[");
        for row in &self.query(&self.latest_orders, &[]).await {
            answer::order(&mut json, row.get(0), row.get(1), text(row, 2), row.get(3));
            json.raw(",\"customer\":{\"name\":");
            json.text(Some(text(row, 4)));
            json.raw("}},");
        }
        json.close("]}}}");
        json
    }

    pub async fn products(&self) -> Json {
        let mut json = Json::with_capacity(32 * 1024);
        json.raw("{\"data\":{\"products\":{\"nodes\":[");
        for row in &self.query(&self.products, &[]).await {
            let product = Product {
                key: row.get(0),
                name: text(row, 1),
                description: row.get::<_, Option<&str>>(2).map(str::as_bytes),
                sku: text(row, 3),
                price: row.get(4),
                created_at: row.get(5),
            };
            product.write(&mut json);
        }
        json.close("]}}}");
        json
    }
}

/// Returns the text of a non-null column.
fn text(row: &Row, column: usize) -> &[u8] {
    row.get::<_, &str>(column).as_bytes()
}
