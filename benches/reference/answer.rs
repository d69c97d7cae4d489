//! The parts of responses that are independent of the database. Each leaves its object open for further
//! fields.

use super::json::Json;

pub fn customer(json: &mut Json, key: i64, name: &[u8], email: &[u8]) {
    json.raw("{\"id\":");
    json.id("cus_", key);
    json.raw(",\"name\":");
    json.text(Some(name));
    json.raw(",\"email\":");
    json.text(Some(email));
}

pub fn order(json: &mut Json, key: i64, date: i64, status: &[u8], total: i64) {
    json.raw("{\"id\":");
    json.id("ord_", key);
    json.raw(",\"orderDate\":");
    json.time(date);
    json.raw(",\"status\":");
    json.text(Some(status));
    json.raw(",\"totalAmount\":");
    json.money(total);
}

pub fn item(json: &mut Json, key: i64, quantity: i64, unit_price: i64, subtotal: i64) {
    json.raw("{\"id\":");
    json.id("itm_", key);
    json.raw(",\"quantity\":");
    json.int(quantity);
    json.raw(",\"unitPrice\":");
    json.money(unit_price);
    json.raw(",\"subtotal\":");
    json.money(subtotal);
}

/// Writes the product fields of an order item.
pub fn product(json: &mut Json, key: i64, name: &[u8], sku: &[u8], price: i64) {
    json.raw("{\"id\":");
    json.id("prd_", key);
    json.raw(",\"name\":");
    json.text(Some(name));
    json.raw(",\"sku\":");
    json.text(Some(sku));
    json.raw(",\"price\":");
    json.money(price);
}

pub struct Product<'a> {
    pub key: i64,
    pub name: &'a [u8],
    pub description: Option<&'a [u8]>,
    pub sku: &'a [u8],
    pub price: i64,
    pub created_at: i64,
}

impl Product<'_> {
    /// Writes the product fields of the catalogue.
    pub fn write(&self, json: &mut Json) {
        json.raw("{\"id\":");
        json.id("prd_", self.key);
        json.raw(",\"name\":");
        json.text(Some(self.name));
        json.raw(",\"description\":");
        json.text(self.description);
        json.raw(",\"sku\":");
        json.text(Some(self.sku));
        json.raw(",\"price\":");
        json.money(self.price);
        json.raw(",\"createdAt\":");
        json.time(self.created_at);
        json.raw("},");
    }
}
