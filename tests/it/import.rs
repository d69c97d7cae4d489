//! `oms import`.

mod again;
mod fulfilment;

use std::fs;
use std::path::PathBuf;

use diesel::connection::SimpleConnection;

use serde_json::json;

use crate::command::{Place, assert_consistent, counts, number};
use crate::kinds::{On, on_each_database};
use crate::process::Process;

const NORTHWIND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/northwind");

const CUSTOMERS: &str = "name,email,phone,address,notes\nAda,ada@x.example,,,\n";
const PRODUCTS: &str = "sku,name,description,price,quantity\nS1,Mug,,10.00,5\n";
const ORDERS: &str =
    "reference,customer_email,order_date,status\nR1,ada@x.example,2020-01-01T00:00:00Z,DELIVERED\n";
const ITEMS: &str = "order_reference,sku,quantity,unit_price\nR1,S1,2,9.50\n";

/// Writes the four files and returns their directory.
fn files(place: &Place, customers: &[u8], products: &str, orders: &str, items: &str) -> String {
    let folder = place.folder.path().join("files");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("customers.csv"), customers).unwrap();
    fs::write(folder.join("products.csv"), products).unwrap();
    fs::write(folder.join("orders.csv"), orders).unwrap();
    fs::write(folder.join("order_items.csv"), items).unwrap();
    folder.to_str().unwrap().to_owned()
}

/// Returns the problems that an import lists, after asserting that nothing is imported.
fn problems(place: &Place, folder: &str) -> Vec<String> {
    let said = place.run(&["import", folder]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
    if place.has_tables() {
        assert_eq!(counts(&mut place.conn()), [0; 5]);
    }
    let mut lines = said.err.lines().map(str::to_owned);
    let first = lines.next().unwrap();
    let problems: Vec<String> = lines.collect();
    assert!(first.starts_with("oms: nothing was imported because of "), "{first}");
    assert!(first.contains(&format!(" {} error", problems.len())), "{first}");
    problems
}

/// Returns the line of the summary with these numbers of rows: new, updated, kept, unchanged.
fn counted(what: &str, rows: [u64; 4]) -> String {
    let [new, updated, kept, unchanged] = rows.map(|rows| indicatif::HumanCount(rows).to_string());
    format!("{what:<11}  {new:>9} new  {updated:>9} updated  {kept:>9} kept  {unchanged:>9} unchanged\n")
}

on_each_database! {
    async fn processing_order_ships_when_stock_covers_it;
    fn imports_northwind;
    fn lists_every_invalid_row_and_imports_nothing;
    fn rejects_a_directory_with_missing_files_or_columns;
    fn rows_can_refer_to_existing_records;
    fn failed_import_changes_nothing;
    fn product_without_inventory_reserves_no_units;
    fn rejects_an_order_without_items;
    fn blank_optional_value_is_null;
    fn reports_an_unclosed_quote_with_file_and_line;
}

fn imports_northwind(on: On) {
    let place = Place::on(on);
    let out = place.succeed(&["import", NORTHWIND]);
    for line in [counted("customers", [91, 0, 0, 0]), counted("order items", [2155, 0, 0, 0])] {
        assert!(out.contains(&line), "{out}");
    }
    // 26 of the 70 units are on hand.
    assert!(out.contains("\n  order 11008, NW-028: 70 open, 26 reserved\n"), "{out}");

    let conn = &mut place.conn();
    assert_eq!(counts(conn), [91, 77, 77, 830, 2155]);
    assert_eq!(number(conn, "SELECT sum(total_amount) FROM orders"), 126_581_186);
    for (email, orders) in [("savea", 31), ("ernsh", 30), ("quick", 28)] {
        let sql = format!(
            "SELECT count(*) FROM orders JOIN customers c ON c.id = customer_id
             WHERE email = '{email}@northwind.example'"
        );
        assert_eq!(number(conn, &sql), orders, "{email}");
    }
    assert_eq!(number(conn, "SELECT count(*) FROM orders WHERE status = 'PENDING'"), 21);
    assert_consistent(conn);
    let short = number(
        conn,
        "SELECT count(*) FROM order_items JOIN orders o ON o.id = order_id
         WHERE status = 'PENDING' AND quantity_reserved < quantity",
    );
    assert!(out.contains(&format!("that are not fully reserved: {short}\n")), "{out}");
}

fn lists_every_invalid_row_and_imports_nothing(on: On) {
    let place = Place::on(on);
    let customers = b"\xef\xbb\xbfname,email,phone,address,notes\r\n\
        \r\n\
        Ada,ada@x.example,,,\r\n \
        ,ADA@X.example,1,\"two\r\nlines\",\r\n\
        Bo,no-mail,,,x\r\n\
        Short,s@x.example\r\n\
        \xff\xfe,l@x.example,1,2,3\r\n\
        Long,long@x.example,1,2,3,4\r\n\
        Tab\tbed,tab@x.example,,,\r\n";
    let products = "quantity,price,name,sku,description\n\
        5,1.999,A,S1,\n\
        -1,-3.00,B,S2,\n\
        x,abc,C,S1,d\n\
        99999999999,92233720368547758.07,D,S4,\n\
        10,92233720368547758.08,E,S5,\n\
        ,1.00,F,S6,\n";
    let orders = "reference,customer_email,order_date,status\n\
        R1,Ada@x.EXAMPLE,2020-01-01T00:00:00Z,PENDING\n\
        R1,nobody@x.example,yesterday,LOST\n\
        R3,l@x.example,2020-01-01,DELIVERED\n\
        ,ada@x.example,2020-01-01T00:00:00Z,CANCELLED\n\
        R4,\"No\u{202e}body\",2020-01-01T00:00:00Z,CANCELLED\n";
    let items = "order_reference,sku,quantity,unit_price\n\
        R1,S5,0,1.00\n\
        R9,S9,1,1.00\n\
        R8,S8,1.5,-1.00\n\
        R1,S5,2147483647,92233720368547758.07\n\
        R1,S5,1,92233720368547758.07\n\
        R1,S5,1,0.01\n\
        R3,S4,1,1\n";
    let folder = files(&place, customers, products, orders, items);
    let found = problems(&place, &folder);
    let expected = [
        "customers.csv:4:name: must not be blank",
        "customers.csv:4:email: duplicate of line 3: \"ada@x.example\"",
        "customers.csv:6:email: \"no-mail\" is not a valid e-mail address",
        "customers.csv:7:phone: the row must have 5 values, but has 2",
        "customers.csv:8:name: not valid UTF-8",
        "customers.csv:9:notes: the row must have 5 values, but has 6",
        "customers.csv:10:name: \"Tab\\tbed\" contains a control character; remove it",
        "products.csv:2:price: \"1.999\" has more than two decimals",
        "products.csv:3:price: a price must not be negative",
        "products.csv:3:quantity: must be at least 0, but was -1",
        "products.csv:4:sku: duplicate of line 2: \"S1\"",
        "products.csv:4:price: \"abc\" is not an amount of money",
        "products.csv:4:quantity: must be an integer, but was \"x\"",
        "products.csv:5:quantity: must be at most 2147483647, but was 99999999999",
        "products.csv:6:price: an amount of money must be between -92233720368547758.08 and 92233720368547758.07, \
         but was \"92233720368547758.08\"",
        "products.csv:7:quantity: must not be blank for a new product",
        "orders.csv:3:reference: duplicate of line 2: \"R1\"",
        "orders.csv:3:order_date: \"yesterday\" is not a date and time",
        "orders.csv:3:status: \"LOST\" is not a status of an order; the statuses are PENDING, PROCESSING, PARTIALLY_SHIPPED, SHIPPED, DELIVERED, RETURNED, CANCELLED",
        "orders.csv:3:customer_email: unknown customer \"nobody@x.example\"",
        "orders.csv:4:order_date: \"2020-01-01\" is not a date and time",
        "orders.csv:5:reference: must not be blank",
        "orders.csv:6:customer_email: unknown customer \"no\\u{202e}body\"",
        "order_items.csv:2:quantity: a quantity must be at least 1",
        "order_items.csv:3:order_reference: unknown order \"R9\"",
        "order_items.csv:3:sku: unknown product \"S9\"",
        "order_items.csv:4:quantity: must be an integer, but was \"1.5\"",
        "order_items.csv:4:unit_price: a price must not be negative",
        "order_items.csv:4:order_reference: unknown order \"R8\"",
        "order_items.csv:4:sku: unknown product \"S8\"",
        "order_items.csv:5:unit_price: the subtotal 2147483647 × 92233720368547758.07 exceeds the maximum amount 92233720368547758.07",
        "order_items.csv:7:unit_price: with this item, the total of order \"R1\" exceeds the maximum amount",
    ];
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

fn rejects_a_directory_with_missing_files_or_columns(on: On) {
    let place = Place::on(on);
    let said = place.run(&["import", "/nowhere/at/all"]);
    assert_eq!(said.err, "oms: cannot read /nowhere/at/all: no such directory\n");
    assert_eq!(said.code, Some(1));
    let folder = files(&place, b"", "sku,sku,colour,price\n", "reference;customer_email\n", ITEMS);
    fs::remove_file(PathBuf::from(&folder).join("order_items.csv")).unwrap();
    let found = problems(&place, &folder);
    for expected in [
        "customers.csv: the file is empty: the first line must contain the column names name,email,phone,address,notes",
        "products.csv:1:sku: duplicate column",
        "products.csv:1:colour: unknown column: the columns are sku, name, description, price, quantity, barcode, has_inventory, \
         reorder_level, last_restock_date, created_at, updated_at, version, inventory_created_at, \
         inventory_updated_at, inventory_version, inventory_adjustments",
        "products.csv:1:name: missing column",
        "products.csv:1:description: missing column",
        "products.csv:1:quantity: missing column",
        "orders.csv:1:status: missing column",
        "order_items.csv: no such file",
    ] {
        assert!(found.iter().any(|found| found == expected), "{expected}\n{found:#?}");
    }
    assert!(!place.has_tables());
}

fn rows_can_refer_to_existing_records(on: On) {
    let place = Place::on(on);
    let folder = files(&place, CUSTOMERS.as_bytes(), PRODUCTS, ORDERS, ITEMS);
    place.succeed(&["import", &folder]);
    // Only headers, with columns in another order; an item of an existing order.
    let orders = "status,order_date,customer_email,reference\n\
        PENDING,2021-05-01T10:00:00+02:00,ADA@x.example,R2\n\
        PROCESSING,2021-05-02T00:00:00Z,ada@x.example,R3\n";
    let items = "order_reference,sku,quantity,unit_price\nR2,S1,3,9\nR1,S1,2,9.5\nR3,S1,4,8\nR3,S1,1,8\n";
    let folder = files(
        &place,
        b"notes,address,phone,email,name\n",
        "sku,name,description,price,quantity\nS1,Mug,,10,\n",
        orders,
        items,
    );
    let out = place.succeed(&["import", &folder]);
    assert_eq!(
        out,
        [
            &counted("customers", [0; 4]),
            &counted("products", [0, 0, 0, 1]),
            &counted("orders", [2, 0, 0, 0]),
            &counted("order items", [3, 0, 0, 1]),
            "items of open orders that are not fully reserved: 2\n",
            "  order R3, S1: 4 open, 2 reserved\n",
            "  order R3, S1: 1 open, 0 reserved\n",
        ]
        .concat()
    );
    let conn = &mut place.conn();
    assert_consistent(conn);
    assert_eq!(counts(conn), [1, 1, 1, 3, 4]);
    assert_eq!(number(conn, "SELECT reserved FROM inventory"), 5);
    assert_eq!(number(conn, "SELECT quantity FROM inventory"), 5);
    assert_eq!(number(conn, "SELECT price FROM products"), 1000);
    assert_eq!(number(conn, "SELECT count(*) FROM order_items WHERE product_name = 'Mug'"), 4);
    let moment = number(conn, "SELECT order_date FROM orders WHERE reference = 'R2'");
    assert_eq!(moment, 1_619_856_000_000_000);
}

fn failed_import_changes_nothing(on: On) {
    let place = Place::on(on);
    place.succeed(&["import", NORTHWIND]);
    let before = place.dump();
    let items = "order_reference,sku,quantity,unit_price\nR1,S1,1,1\nR1,S2,1,1\n";
    let folder = files(&place, CUSTOMERS.as_bytes(), PRODUCTS, ORDERS, items);
    let said = place.run(&["import", &folder]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.starts_with("oms: nothing was imported because of 1 error:\norder_items.csv:3:sku: "));
    assert!(before == place.dump());
}

fn product_without_inventory_reserves_no_units(on: On) {
    let place = Place::on(on);
    let none = "order_reference,sku,quantity,unit_price\n";
    let folder =
        files(&place, CUSTOMERS.as_bytes(), PRODUCTS, "reference,customer_email,order_date,status\n", none);
    place.succeed(&["import", &folder]);
    let mut writer = place.store.writer();
    writer.batch_execute("DELETE FROM inventory").unwrap();
    drop(writer);
    let orders = ORDERS.replace("DELIVERED", "PENDING");
    let products = PRODUCTS.replace(",5\n", ",\n");
    let folder = files(&place, CUSTOMERS.as_bytes(), &products, &orders, ITEMS);
    let out = place.succeed(&["import", &folder]);
    assert!(out.ends_with("  order R1, S1: 2 open, 0 reserved\n"), "{out}");
}

async fn processing_order_ships_when_stock_covers_it(on: On) {
    let place = Place::on(on);
    let orders = "reference,customer_email,order_date,status\n\
        R1,ada@x.example,2020-01-01T00:00:00Z,PENDING\n\
        R2,ada@x.example,2020-01-02T00:00:00Z,PROCESSING\n";
    // 5 units are on hand: 3 for the first order, and 2 of the 4 for the second.
    let items = "order_reference,sku,quantity,unit_price\nR1,S1,3,9\nR2,S1,4,9\n";
    place.succeed(&["import", &files(&place, CUSTOMERS.as_bytes(), PRODUCTS, orders, items)]);
    let server = Process::serve(place.store.argument());
    let client = server.client();

    let ship = "mutation {
        shipOrder(input: { id: \"ord_2\" }) {
            order { status items { nodes { quantityReserved product { inventory { quantity reserved } } } } }
            errors { code path ... on InsufficientStockError { shortages { requested available } } }
        }
    }";
    let short = json!({"code": "INSUFFICIENT_STOCK", "path": ["id"], "shortages": [{"requested": 2, "available": 0}]});
    assert_eq!(client.run(ship, json!({})).await["shipOrder"], json!({"order": null, "errors": [short]}));
    assert_consistent(&mut place.conn());

    let restock = "mutation { restockInventory(input: { inventory: { sku: \"S1\" }, quantity: 2 }) { errors { message } } }";
    assert_eq!(client.run(restock, json!({})).await["restockInventory"], json!({"errors": []}));
    let line = json!({"quantityReserved": 0, "product": {"inventory": {"quantity": 3, "reserved": 3}}});
    let shipped = json!({"status": "SHIPPED", "items": {"nodes": [line]}});
    assert_eq!(client.run(ship, json!({})).await["shipOrder"], json!({"order": shipped, "errors": []}));
    assert_consistent(&mut place.conn());
}

fn blank_optional_value_is_null(on: On) {
    let place = Place::on(on);
    let customers = "name,email,phone,address,notes\n Ada ,ada@x.example,,   ,\" \n\t\"\n";
    let products = PRODUCTS.replace("Mug,,", "Mug, \t ,");
    place.succeed(&["import", &files(&place, customers.as_bytes(), &products, ORDERS, ITEMS)]);
    let conn = &mut place.conn();
    let nulls = "SELECT count(*) FROM customers
        WHERE name = 'Ada' AND phone IS NULL AND address IS NULL AND notes IS NULL";
    assert_eq!(number(conn, nulls), 1);
    assert_eq!(number(conn, "SELECT count(*) FROM products WHERE description IS NULL"), 1);
}

fn rejects_an_order_without_items(on: On) {
    let place = Place::on(on);
    let orders = format!("{ORDERS}R2,ada@x.example,2020-01-02T00:00:00Z,PENDING\n");
    let folder = files(&place, CUSTOMERS.as_bytes(), PRODUCTS, &orders, ITEMS);
    let said = problems(&place, &folder);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("orders.csv:3:reference"), "{said:?}");
    assert!(said[0].ends_with("the order has no items in order_items.csv"), "{said:?}");
}

fn reports_an_unclosed_quote_with_file_and_line(on: On) {
    let place = Place::on(on);
    for (customers, expected) in [
        (
            "name,email,phone,address,notes\r\nAda,ada@x.example,,,\"open\r\nBo,bo@x.example,,,\r\n",
            "customers.csv:2:notes: the closing quote of the value is missing",
        ),
        (
            "\u{feff}\"name\",email,phone,address,notes\n\"Ada,ada@x.example,,,\n\"Bo\",bo@x.example,,,\n",
            "customers.csv:2:name: the closing quote of the value, in line 3, is followed by text",
        ),
        (
            "name,email,phone,address,notes\nAda \"the Countess\",ada@x.example,,,\n",
            "customers.csv:2:name: an unquoted value contains a quote",
        ),
        (
            "name,email,phone,address,\"notes\nAda,ada@x.example,,,\n",
            "customers.csv:1:column 5: the closing quote",
        ),
        (
            "name,email,phone,address,notes\nAda,ada@x.example,,,a\0b\n",
            "customers.csv:2:notes: \"a\\0b\" contains a control",
        ),
        (
            "name,email,phone,address,notes\nAda,ada\0@x.example,,,\n",
            "customers.csv:2:email: \"ada\\0@x.example\"",
        ),
    ] {
        let folder = files(
            &place,
            customers.as_bytes(),
            PRODUCTS,
            "reference,customer_email,order_date,status\n",
            "order_reference,sku,quantity,unit_price\n",
        );
        let found = problems(&place, &folder);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?}\n{expected}");
    }
    // The other files are still checked, with the rows that they have.
    let items = "order_reference,sku,quantity,unit_price\nR1,S1,1,\"9.50\n";
    let folder = files(
        &place,
        b"\xff\xfen\0a\0",
        PRODUCTS,
        "reference,customer_email,order_date,status\nR1,x,y,LOST\n",
        items,
    );
    let found = problems(&place, &folder);
    let expected = [
        "customers.csv: the encoding is UTF-16",
        "orders.csv:2:order_date: ",
        "orders.csv:2:status: ",
        "order_items.csv:2:unit_price: the closing quote of the value is missing",
    ];
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}
