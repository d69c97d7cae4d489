//! Imports of records that exist in the database.

use super::{CUSTOMERS, ITEMS, NORTHWIND, ORDERS, PRODUCTS, counted, files};
use crate::command::{Place, assert_consistent, number};
use crate::kinds::{On, on_each_database};

on_each_database! {
    fn repeated_import_changes_nothing;
    fn rejects_differences_from_existing_records;
    fn update_option_updates_customers_and_products;
    fn keep_option_keeps_and_lists_differences;
}

fn repeated_import_changes_nothing(on: On) {
    let place = Place::on(on);
    place.succeed(&["import", NORTHWIND]);
    let before = place.dump();
    let out = place.succeed(&["import", NORTHWIND]);
    assert_eq!(
        out,
        [
            counted("customers", [0, 0, 0, 91]),
            counted("products", [0, 0, 0, 77]),
            counted("orders", [0, 0, 0, 830]),
            counted("order items", [0, 0, 0, 2155]),
        ]
        .concat()
    );
    assert!(before == place.dump());
    assert_eq!(place.succeed(&["import", NORTHWIND, "--update", "--keep"]), out);
    assert!(before == place.dump());
}

/// Imports the data of the constants above, with a second item of the order.
fn imported(on: On) -> Place {
    let place = Place::on(on);
    let products = format!("{PRODUCTS}S2,Pot,Iron,20.00,7\n");
    let items = format!("{ITEMS}R1,S2,1,20.00\n");
    let folder = files(&place, CUSTOMERS.as_bytes(), &products, ORDERS, &items);
    place.succeed(&["import", &folder]);
    place
}

const CHANGED_CUSTOMERS: &str =
    "name,email,phone,address,notes\nAda L.,Ada@x.example,123,,\nBo,bo@x.example,,,\n";
const CHANGED_PRODUCTS: &str = "sku,name,description,price,quantity\nS1,Big mug,,12.00,9\nS2,Pot,,20.00,7\n";
const CHANGED_ORDERS: &str = "reference,customer_email,order_date,status\n\
    R1,bo@x.example,2020-01-02T00:00:00Z,SHIPPED\nR2,bo@x.example,2020-01-02T00:00:00Z,PENDING\n";
const CHANGED_ITEMS: &str =
    "order_reference,sku,quantity,unit_price\nR1,S1,3,9.50\nR1,S1,1,1.00\nR2,S1,1,12.00\n";
const DIFFERENT_CUSTOMERS_AND_PRODUCTS: [&str; 6] = [
    "customers.csv:2:name: \"Ada L.\" in the file, \"Ada\" in the database",
    "customers.csv:2:email: \"Ada@x.example\" in the file, \"ada@x.example\" in the database",
    "customers.csv:2:phone: \"123\" in the file, blank in the database",
    "products.csv:2:name: \"Big mug\" in the file, \"Mug\" in the database",
    "products.csv:2:price: 12.00 in the file, 10.00 in the database",
    "products.csv:3:description: blank in the file, \"Iron\" in the database",
];
const DIFFERENT_STOCK_AND_ORDERS: [&str; 7] = [
    "products.csv:2:quantity: 9 in the file, 5 in the database",
    "orders.csv:2:customer_email: \"bo@x.example\" in the file, another customer in the database",
    "orders.csv:2:order_date: 2020-01-02T00:00:00Z in the file, 2020-01-01T00:00:00Z in the database",
    "orders.csv:2:status: SHIPPED in the file, DELIVERED in the database",
    "orders.csv:2:reference: the order has an item of 1 × \"S2\" at 20.00 in the database that is missing from order_items.csv",
    "order_items.csv:2:quantity: 3 in the file, 2 in the database",
    "order_items.csv:3:order_reference: order \"R1\" exists in the database without this item",
];

fn changed(place: &Place) -> String {
    files(place, CHANGED_CUSTOMERS.as_bytes(), CHANGED_PRODUCTS, CHANGED_ORDERS, CHANGED_ITEMS)
}

/// Asserts that exactly these lines are listed.
fn assert_listed<'a>(found: impl Iterator<Item = &'a str>, expected: &[&str]) {
    let (mut found, mut expected): (Vec<_>, Vec<_>) = (found.map(str::trim).collect(), expected.to_vec());
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

fn rejects_differences_from_existing_records(on: On) {
    let place = imported(on);
    let before = place.dump();
    let folder = changed(&place);
    for (arguments, expected, hint) in [
        (
            &["import", &folder][..],
            [&DIFFERENT_CUSTOMERS_AND_PRODUCTS[..], &DIFFERENT_STOCK_AND_ORDERS].concat(),
            "pass --update to update customers and products, but not their inventory",
        ),
        (
            &["import", &folder, "--update"],
            DIFFERENT_STOCK_AND_ORDERS.to_vec(),
            "pass --keep to keep the values in the database",
        ),
    ] {
        let said = place.run(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
        let mut lines = said.err.lines();
        let first = format!("oms: nothing was imported because of {} errors:", expected.len());
        assert_eq!(lines.next(), Some(first.as_str()));
        assert!(lines.next_back().unwrap().starts_with(hint), "{}", said.err);
        assert_listed(lines, &expected);
        assert!(before == place.dump());
    }
}

fn update_option_updates_customers_and_products(on: On) {
    let place = imported(on);
    let conn = &mut place.conn();
    // The quantity of one product is blank, that of the other is unchanged.
    let products = CHANGED_PRODUCTS.replace("12.00,9", "12.00,");
    let orders = "reference,customer_email,order_date,status\nR2,bo@x.example,2020-01-02T00:00:00Z,PENDING\n";
    let items = "order_reference,sku,quantity,unit_price\nR2,S1,1,12.00\n";
    let folder = files(&place, CHANGED_CUSTOMERS.as_bytes(), &products, orders, items);
    let lines = [
        counted("customers", [1, 1, 0, 0]),
        counted("products", [0, 2, 0, 0]),
        counted("orders", [1, 0, 0, 0]),
        counted("order items", [1, 0, 0, 0]),
    ];
    assert_eq!(place.succeed(&["import", &folder, "--update"]), lines.concat());
    assert_consistent(conn);
    for (what, rows) in [
        (
            "customers WHERE name = 'Ada L.' AND email = 'Ada@x.example' AND email_key = 'ada@x.example' AND phone = '123'",
            1,
        ),
        ("customers WHERE id = 1 AND version = 2 AND updated_at > created_at", 1),
        ("products WHERE name = 'Big mug' AND price = 1200 AND version = 2", 1),
        ("products WHERE sku = 'S2' AND description IS NULL AND price = 2000", 1),
        ("inventory WHERE product_id = 1 AND quantity = 5", 1),
        // An item keeps the product name of the time of the order.
        ("order_items WHERE product_name = 'Mug'", 1),
        ("order_items WHERE product_name = 'Big mug'", 1),
    ] {
        assert_eq!(number(conn, &format!("SELECT count(*) FROM {what}")), rows, "{what}");
    }
    let before = place.dump();
    let again = place.succeed(&["import", &folder, "--update"]);
    assert!(again.starts_with(&counted("customers", [0, 0, 0, 2])), "{again}");
    assert!(before == place.dump());
}

fn keep_option_keeps_and_lists_differences(on: On) {
    let place = imported(on);
    let old =
        |table: &str, rest: &str| number(&mut place.conn(), &format!("SELECT count(*) FROM {table} {rest}"));
    let out = place.succeed(&["import", &changed(&place), "--keep"]);
    let (counts, rest) = out.split_once("differing values that were kept as in the database: 13\n").unwrap();
    let lines = [
        counted("customers", [1, 0, 1, 0]),
        counted("products", [0, 0, 2, 0]),
        counted("orders", [1, 0, 1, 0]),
        counted("order items", [1, 0, 2, 0]),
    ];
    assert_eq!(counts, lines.concat());
    assert_listed(
        rest.lines(),
        &[&DIFFERENT_CUSTOMERS_AND_PRODUCTS[..], &DIFFERENT_STOCK_AND_ORDERS].concat(),
    );
    assert_eq!(old("products", "WHERE name = 'Mug' AND price = 1000 AND version = 1"), 1);
    assert_eq!(old("orders", "WHERE reference = 'R1' AND status = 'DELIVERED' AND version = 1"), 1);
    assert_consistent(&mut place.conn());

    // With both options, customers and products are updated and the other differences are listed.
    let out = place.succeed(&["import", &changed(&place), "--update", "--keep"]);
    assert!(
        out.starts_with(&[counted("customers", [0, 1, 0, 1]), counted("products", [0, 2, 0, 0])].concat()),
        "{out}"
    );
    let (_, rest) = out.split_once("kept as in the database: 7\n").unwrap();
    assert_listed(rest.lines(), &DIFFERENT_STOCK_AND_ORDERS);
    assert_eq!(old("products", "WHERE name = 'Big mug' AND price = 1200 AND version = 2"), 1);
    assert_eq!(old("inventory", "WHERE product_id = 1 AND quantity = 5"), 1);
}
