//! The records of the four files, in the order of the columns of `cli::csv_files`.

use std::borrow::Cow;
use std::fmt::Display;

use crate::cli::csv_files::{AdjustmentRecord, CUSTOMERS, FALSE, ORDER_ITEMS, ORDERS, PRODUCTS, TRUE};
use crate::cli::export::store::{
    ExportedCustomer, ExportedInventory, ExportedItem, ExportedOrder, ExportedProduct,
};

/// The bytes of a value before it is quoted.
pub type FieldBytes<'a> = Cow<'a, [u8]>;

const BLANK: FieldBytes<'static> = Cow::Borrowed(b"");

fn text(value: &str) -> FieldBytes<'_> {
    Cow::Borrowed(value.as_bytes())
}

fn optional(value: Option<&str>) -> FieldBytes<'_> {
    value.map_or(BLANK, text)
}

fn shown(value: impl Display) -> FieldBytes<'static> {
    Cow::Owned(value.to_string().into_bytes())
}

/// Returns the record of a customer.
pub fn customer(row: &ExportedCustomer) -> [FieldBytes<'_>; CUSTOMERS.len()] {
    [
        text(&row.name),
        text(&row.email),
        optional(row.phone.as_deref()),
        optional(row.address.as_deref()),
        optional(row.notes.as_deref()),
        optional(row.company.as_deref()),
        shown(row.created_at),
        shown(row.updated_at),
        shown(row.version),
    ]
}

/// Returns the record of a product, with its inventory and the adjustments of this inventory, oldest first.
pub fn product<'a>(
    row: &'a ExportedProduct,
    inventory: Option<&ExportedInventory>,
    adjustments: &[AdjustmentRecord],
) -> [FieldBytes<'a>; PRODUCTS.len()] {
    let of = |value: fn(&ExportedInventory) -> FieldBytes<'static>| inventory.map_or(BLANK, value);
    [
        text(&row.sku),
        text(&row.name),
        optional(row.description.as_deref()),
        shown(row.price),
        of(|inventory| shown(inventory.quantity)),
        optional(row.barcode.as_deref()),
        text(if inventory.is_some() { TRUE } else { FALSE }),
        of(|inventory| shown(inventory.reorder_level)),
        of(|inventory| inventory.last_restock_date.map_or(BLANK, shown)),
        shown(row.created_at),
        shown(row.updated_at),
        shown(row.version),
        of(|inventory| shown(inventory.created_at)),
        of(|inventory| shown(inventory.updated_at)),
        of(|inventory| shown(inventory.version)),
        match adjustments {
            [] => BLANK,
            // Serializing numbers and texts cannot fail.
            list => Cow::Owned(serde_json::to_vec(list).unwrap_or_default()),
        },
    ]
}

/// Returns the record of an order. `number` identifies an order without a reference.
pub fn order<'a>(
    row: &'a ExportedOrder,
    customer_email: &'a str,
    number: Option<u64>,
) -> [FieldBytes<'a>; ORDERS.len()] {
    [
        optional(row.reference.as_deref()),
        text(customer_email),
        shown(row.order_date),
        text(row.status.as_str()),
        number.map_or(BLANK, shown),
        optional(row.notes.as_deref()),
        optional(row.cancel_reason.as_deref()),
        optional(row.tracking_number.as_deref()),
        optional(row.return_reason.as_deref()),
        shown(row.created_at),
        shown(row.updated_at),
        shown(row.version),
    ]
}

/// Returns the record of an order item. `sku` is the current SKU of its product; `reference` or `number` identifies its
/// order.
pub fn item<'a>(
    row: &'a ExportedItem,
    sku: &'a str,
    reference: Option<&'a str>,
    number: Option<u64>,
) -> [FieldBytes<'a>; ORDER_ITEMS.len()] {
    [
        optional(reference),
        text(sku),
        shown(row.quantity),
        shown(row.unit_price),
        number.map_or(BLANK, shown),
        text(&row.product_name),
        text(&row.product_sku),
        shown(row.quantity_reserved),
        shown(row.quantity_cancelled),
        shown(row.quantity_shipped),
        shown(row.quantity_returned),
        shown(row.created_at),
        shown(row.updated_at),
        shown(row.version),
    ]
}
