//! A SQLite connection with a prepared statement for each query. Responses are written while the statement
//! is stepped; no rows are buffered.

use super::super::answer::{self, Product};
use super::super::json::Json;
use super::api::{Connection, Rows, Statement};

pub struct Shop {
    pub(super) connection: Connection,
    customer: Statement,
    customers: Statement,
    orders_of: Statement,
    items_of: Statement,
    product: Statement,
    latest_orders: Statement,
    products: Statement,
    pub(super) begin: Statement,
    pub(super) commit: Statement,
    pub(super) customer_exists: Statement,
    pub(super) price_and_stock: Statement,
    pub(super) reserve: Statement,
    pub(super) insert_order: Statement,
    pub(super) insert_item: Statement,
}

/// The settings of the product without foreign keys: orders are validated before they are written.
const SETTINGS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = OFF;
    PRAGMA busy_timeout = 10000;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = 4000;
";

impl Shop {
    pub fn open(path: &str) -> Self {
        let connection = Connection::open(path);
        connection.run(SETTINGS);
        // Limits are literals, because SQLite re-prepares a statement when the value of a bound limit
        // changes.
        let prepare = |sql| connection.prepare(sql);
        Self {
            customer: prepare("SELECT id, name, email FROM customers WHERE id = ?1"),
            customers: prepare("SELECT id, name, email FROM customers ORDER BY id LIMIT 50"),
            orders_of: prepare(
                "SELECT id, order_date, status, total_amount FROM orders
                 WHERE customer_id = ?1 ORDER BY id LIMIT 10",
            ),
            items_of: prepare(
                "SELECT id, quantity, unit_price, subtotal, product_id FROM order_items
                 WHERE order_id = ?1 ORDER BY id LIMIT 3",
            ),
            product: prepare("SELECT id, name, sku, price FROM products WHERE id = ?1"),
            latest_orders: prepare(
                "SELECT o.id, o.order_date, o.status, o.total_amount, c.name
                 FROM orders o CROSS JOIN customers c ON c.id = o.customer_id
                 ORDER BY o.order_date DESC, o.id DESC LIMIT 20",
            ),
            products: prepare(
                "SELECT id, name, description, sku, price, created_at FROM products ORDER BY id LIMIT 100",
            ),
            begin: prepare("BEGIN IMMEDIATE"),
            commit: prepare("COMMIT"),
            customer_exists: prepare("SELECT 1 FROM customers WHERE id = ?1"),
            price_and_stock: prepare(
                "SELECT p.price, i.quantity - i.reserved
                 FROM products p LEFT JOIN inventory i ON i.product_id = p.id WHERE p.id = ?1",
            ),
            reserve: prepare(
                "UPDATE inventory SET reserved = reserved + ?2, updated_at = ?3, version = version + 1
                 WHERE product_id = ?1 AND quantity - reserved >= ?2",
            ),
            insert_order: prepare(
                "INSERT INTO orders (customer_id, order_date, status, total_amount, created_at, updated_at)
                 VALUES (?1, ?3, 'PENDING', ?2, ?3, ?3)",
            ),
            insert_item: prepare(
                "INSERT INTO order_items (order_id, product_id, product_name, product_sku, quantity,
                     quantity_reserved, unit_price, subtotal, created_at, updated_at)
                 SELECT ?1, id, name, sku, ?3, ?3, price, price * ?3, ?4, ?4 FROM products WHERE id = ?2",
            ),
            connection,
        }
    }

    pub fn customer(&mut self, key: i64) -> Json {
        let mut json = Json::with_capacity(256);
        let mut rows = self.customer.query(&[key]);
        if rows.next() {
            json.raw("{\"data\":{\"customer\":");
            customer_fields(&mut json, &rows);
            json.raw("}}}");
        } else {
            json.raw("{\"data\":{\"customer\":null}}");
        }
        json
    }

    /// Returns 50 customers with 10 orders each, 3 items per order, and their products.
    pub fn customers(&mut self) -> Json {
        let mut json = Json::with_capacity(384 * 1024);
        // The range of each product in the output, for reuse.
        let mut written: Vec<(usize, usize)> = Vec::new();
        json.raw("{\"data\":{\"customers\":{\"nodes\":[");
        let mut customer = self.customers.query(&[]);
        while customer.next() {
            customer_fields(&mut json, &customer);
            json.raw(",\"orders\":{\"nodes\":[");
            let mut order = self.orders_of.query(&[customer.int(0)]);
            while order.next() {
                order_fields(&mut json, &order);
                json.raw(",\"items\":{\"nodes\":[");
                let mut item = self.items_of.query(&[order.int(0)]);
                while item.next() {
                    item_fields(&mut json, &item);
                    json.raw(",\"product\":");
                    product_once(&mut json, &mut self.product, item.int(4), &mut written);
                    json.raw("},");
                }
                json.close("]}},");
            }
            json.close("]}},");
        }
        json.close("]}}}");
        json
    }

    pub fn latest_orders(&mut self) -> Json {
        let mut json = Json::with_capacity(4096);
        json.raw("{\"data\":{\"orders\":{\"nodes\":[");
        let mut order = self.latest_orders.query(&[]);
        while order.next() {
            order_fields(&mut json, &order);
            json.raw(",\"customer\":{\"name\":");
            json.text(order.text(4));
            json.raw("}},");
        }
        json.close("]}}}");
        json
    }

    pub fn products(&mut self) -> Json {
        let mut json = Json::with_capacity(32 * 1024);
        json.raw("{\"data\":{\"products\":{\"nodes\":[");
        let mut product = self.products.query(&[]);
        while product.next() {
            let product = Product {
                key: product.int(0),
                name: column(&product, 1),
                description: product.text(2),
                sku: column(&product, 3),
                price: product.int(4),
                created_at: product.int(5),
            };
            product.write(&mut json);
        }
        json.close("]}}}");
        json
    }
}

fn customer_fields(json: &mut Json, row: &Rows<'_>) {
    answer::customer(json, row.int(0), column(row, 1), column(row, 2));
}

fn order_fields(json: &mut Json, row: &Rows<'_>) {
    answer::order(json, row.int(0), row.int(1), column(row, 2), row.int(3));
}

fn item_fields(json: &mut Json, row: &Rows<'_>) {
    answer::item(json, row.int(0), row.int(1), row.int(2), row.int(3));
}

/// Returns the text of a non-null column.
fn column<'a>(row: &'a Rows<'_>, column: i32) -> &'a [u8] {
    row.text(column).unwrap_or_default()
}

/// Writes a product: from the database the first time, and as a copy of the output afterwards.
fn product_once(json: &mut Json, product: &mut Statement, key: i64, written: &mut Vec<(usize, usize)>) {
    let at = key as usize;
    if at >= written.len() {
        written.resize(at + 1, (0, 0));
    }
    let (start, end) = written[at];
    if end > 0 {
        return json.again(start, end);
    }
    let start = json.position();
    let mut row = product.query(&[key]);
    assert!(row.next(), "an item of product {key}, which is not there");
    answer::product(json, row.int(0), column(&row, 1), column(&row, 2), row.int(3));
    json.raw("}");
    written[at] = (start, json.position());
}
