//! The optional columns of an import, which an export writes.

use std::fs;

use crate::command::{Place, counts, number};
use crate::kinds::{On, on_each_database};

const CUSTOMERS: &str = "name,email,phone,address,notes,created_at,updated_at,version\n\
    Ada,ada@x.example,,,,2020-01-01T00:00:00Z,2021-01-01T00:00:00Z,5\n";
const PRODUCTS: &str =
    "sku,name,description,price,quantity,has_inventory\nS1,Mug,,10.00,5,true\nS2,Card,,3.00,,false\n";
const ORDERS: &str = "number,reference,customer_email,order_date,status,cancel_reason,notes\n\
    7,,ada@x.example,2020-01-01T00:00:00Z,PENDING,,\n\
    ,R1,ada@x.example,2020-01-01T00:00:00Z,CANCELLED,Twice,Call first\n";
const ITEMS: &str = "order_reference,order_number,sku,quantity,unit_price,quantity_reserved\n\
    ,7,S1,3,9.50,2\n,7,S2,1,3.00,0\nR1,,S1,1,9.50,\n";

/// Writes the four files and returns their directory.
fn files(place: &Place, [customers, products, orders, items]: [&str; 4]) -> String {
    let folder = place.folder.path().join("files");
    fs::create_dir_all(&folder).unwrap();
    let contents = [
        ("customers.csv", customers),
        ("products.csv", products),
        ("orders.csv", orders),
        ("order_items.csv", items),
    ];
    for (name, content) in contents {
        fs::write(folder.join(name), content).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

/// Returns the problems that a failed import lists.
fn problems(place: &Place, files: &str) -> Vec<String> {
    let said = place.run(&["import", files]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
    said.err.lines().skip(1).map(str::to_owned).collect()
}

on_each_database! {
    fn some_of_the_optional_columns_suffice;
    fn a_barcode_belongs_to_one_product;
    fn rejects_invalid_values_of_optional_columns;
    fn new_records_beside_others_have_the_time_of_the_import;
    fn differences_in_optional_columns_are_listed;
}

fn some_of_the_optional_columns_suffice(on: On) {
    let place = Place::on(on);
    let out = place.succeed(&["import", &files(&place, [CUSTOMERS, PRODUCTS, ORDERS, ITEMS])]);
    assert!(
        out.ends_with("  order number 7, S1: 3 open, 2 reserved\n  order number 7, S2: 1 open, 0 reserved\n"),
        "{out}"
    );
    let conn = &mut place.conn();
    for what in [
        "customers WHERE created_at = 1577836800000000 AND updated_at = 1609459200000000 AND version = 5",
        "inventory WHERE quantity = 5 AND reserved = 2 AND reorder_level = 0 AND last_restock_date IS NULL",
        "orders WHERE reference IS NULL AND status = 'PENDING' AND notes IS NULL",
        "orders WHERE reference = 'R1' AND cancel_reason = 'Twice' AND notes = 'Call first'",
        "orders WHERE created_at = updated_at AND created_at > 1700000000000000 AND reference = 'R1'",
        "order_items WHERE product_name = 'Card' AND product_sku = 'S2'",
    ] {
        assert_eq!(number(conn, &format!("SELECT count(*) FROM {what}")), 1, "{what}");
    }
    assert_eq!(counts(conn), [1, 2, 1, 2, 3]);
}

fn a_barcode_belongs_to_one_product(on: On) {
    let place = Place::on(on);
    let header = "sku,name,description,price,quantity,barcode\n";
    let (orders, items) = (ORDERS.lines().next().unwrap(), ITEMS.lines().next().unwrap());
    let of = |rows: &str| files(&place, [CUSTOMERS, &format!("{header}{rows}"), orders, items]);
    let twice = problems(&place, &of("S1,Mug,,10.00,5,401\nS2,Card,,3.00,1,401\n"));
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert!(twice[0].starts_with("products.csv:3:barcode"), "{twice:?}");
    place.succeed(&["import", &of("S1,Mug,,10.00,5,401\nS2,Card,,3.00,1,\n")]);
    let taken = problems(&place, &of("S3,Pen,,1.00,1,401\n"));
    assert!(taken[0].contains(r#""401" is the barcode of the product "S1""#), "{taken:?}");
    place.succeed(&["import", "--update", &of("S1,Mug,,10.00,5,402\nS2,Card,,3.00,1,403\n")]);
    let conn = &mut place.conn();
    for what in ["sku = 'S1' AND barcode = '402'", "sku = 'S2' AND barcode = '403'"] {
        assert_eq!(number(conn, &format!("SELECT count(*) FROM products WHERE {what}")), 1, "{what}");
    }
}

fn rejects_invalid_values_of_optional_columns(on: On) {
    let place = Place::on(on);
    let customers = "name,email,phone,address,notes,created_at,updated_at,version\n\
        A,a@x.example,,,,2021-01-01T00:00:00Z,2020-01-01T00:00:00Z,0\n\
        B,b@x.example,,,,9000-01-01T00:00:00Z,yesterday,x\n";
    let products = "sku,name,description,price,quantity,has_inventory,reorder_level,last_restock_date,inventory_adjustments\n\
        S1,Mug,,10.00,5,no,-1,today,\n\
        S2,Mug,,10.00,5,false,3,,[]\n\
        S3,Mug,,10.00,5,,,,\"[{\"\"delta\"\":0,\"\"reason\"\":\"\"x\"\",\"\"created_at\"\":\"\"2020-01-01T00:00:00Z\"\"}]\"\n\
        S4,Mug,,10.00,5,,,,7\n\
        S5,Mug,,10.00,5,,,,\n";
    let orders = "number,reference,customer_email,order_date,status,tracking_number,return_reason\n\
        1,R1,a@x.example,2020-01-01T00:00:00Z,PENDING,,\n\
        0,,a@x.example,2020-01-01T00:00:00Z,PENDING,,\n\
        3,,a@x.example,2020-01-01T00:00:00Z,PROCESSING,TRK1,Late\n\
        4,,a@x.example,2020-01-01T00:00:00Z,SHIPPED,,\n\
        4,,a@x.example,2020-01-01T00:00:00Z,SHIPPED,,\n\
        5,,a@x.example,2020-01-01T00:00:00Z,PENDING,,\n";
    let items = "order_reference,order_number,sku,quantity,unit_price,quantity_reserved,quantity_cancelled\n\
        ,4,S5,1,1.00,1,\n\
        ,5,S5,1,1.00,2,\n\
        ,5,S5,9,1.00,6,\n\
        ,9,S5,1,1.00,,\n\
        ,,S5,1,1.00,,\n\
        ,9,S5,1,1.00,-1,\n\
        ,5,S5,4,1.00,4,1\n";
    let found = problems(&place, &files(&place, [customers, products, orders, items]));
    let expected = [
        "customers.csv:2:updated_at: must not be before created_at 2021-01-01T00:00:00Z, but was 2020-01-01T00:00:00Z",
        "customers.csv:2:version: must be at least 1, but was 0",
        "customers.csv:3:created_at: must be at most one year in the future, ",
        "customers.csv:3:updated_at: \"yesterday\" is not a date and time",
        "customers.csv:3:version: must be an integer, but was \"x\"",
        "products.csv:2:has_inventory: must be true or false, but was \"no\"",
        "products.csv:3:quantity: must be blank, because has_inventory is false",
        "products.csv:3:reorder_level: must be blank, because has_inventory is false",
        "products.csv:3:inventory_adjustments: must be blank, because has_inventory is false",
        "products.csv:4:inventory_adjustments: delta of adjustment 1: must not be 0",
        "products.csv:5:inventory_adjustments: must be a JSON list of adjustments: ",
        "orders.csv:2:number: must be blank for an order with a value in reference",
        "orders.csv:3:number: must be an integer of at least 1, but was \"0\"",
        "orders.csv:4:tracking_number: must be blank, because the status is PROCESSING",
        "orders.csv:4:return_reason: must be blank, because the status is PROCESSING",
        "orders.csv:6:number: duplicate of line 5: number 4",
        "order_items.csv:2:quantity_reserved: must be 0, because the order is SHIPPED, but was 1",
        "order_items.csv:3:quantity_reserved: must be at most the quantity, 1, but was 2",
        "order_items.csv:4:quantity_reserved: must be at most 5, the available units of the product, but was 6",
        "order_items.csv:5:order_number: unknown order number 9: not in orders.csv",
        "order_items.csv:6:order_reference: must not be blank",
        "order_items.csv:7:quantity_reserved: must be at least 0, but was -1",
        "order_items.csv:7:order_number: unknown order number 9: not in orders.csv",
        "order_items.csv:8:quantity_reserved: must be at most 3, the units that are neither shipped nor cancelled, but was 4",
    ];
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    assert!(!place.has_tables() || counts(&mut place.conn()) == [0; 5]);
}

/// Clients poll for times after the latest that they have seen.
fn new_records_beside_others_have_the_time_of_the_import(on: On) {
    let place = Place::on(on);
    place.succeed(&["import", &files(&place, [CUSTOMERS, PRODUCTS, ORDERS, ITEMS])]);
    let customers = format!("{CUSTOMERS}Bo,bo@x.example,,,,2020-01-01T00:00:00Z,2021-01-01T00:00:00Z,5\n");
    place.succeed(&["import", &files(&place, [&customers, PRODUCTS, ORDERS, ITEMS])]);
    let conn = &mut place.conn();
    let latest = number(conn, "SELECT max(updated_at) FROM orders");
    let sql = format!(
        "SELECT count(*) FROM customers
         WHERE name = 'Bo' AND version = 1 AND created_at = updated_at AND updated_at > {latest}"
    );
    assert_eq!(number(conn, &sql), 1);
    assert_eq!(counts(conn), [2, 2, 1, 2, 3]);
}

fn differences_in_optional_columns_are_listed(on: On) {
    let place = Place::on(on);
    let folder = files(&place, [CUSTOMERS, PRODUCTS, ORDERS, ITEMS]);
    place.succeed(&["import", &folder]);
    let before = place.dump();
    let customers = CUSTOMERS.replace(",5\n", ",6\n");
    let products = "sku,name,description,price,quantity,has_inventory,reorder_level,last_restock_date\n\
        S1,Mug,,10.00,5,true,3,2020-01-01T00:00:00Z\nS2,Card,,3.00,1,true,,\n";
    let orders = ORDERS.replace("PENDING,,", "PENDING,,Gift").replace("Twice,Call first", ",");
    let items = "order_reference,order_number,sku,quantity,unit_price,quantity_reserved,product_name\n\
        ,7,S1,3,9.50,3,Mug\n,7,S2,1,3.00,0,Old card\nR1,,S1,1,9.50,,\n";
    let mut found = problems(&place, &files(&place, [&customers, products, &orders, items]));
    assert!(found.pop().unwrap().starts_with("pass --update"));
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "order_items.csv:2:quantity_reserved: 3 in the file, 2 in the database",
            "order_items.csv:3:product_name: \"Old card\" in the file, \"Card\" in the database",
            "orders.csv:2:notes: \"Gift\" in the file, blank in the database",
            "orders.csv:3:cancel_reason: blank in the file, \"Twice\" in the database",
            "orders.csv:3:notes: blank in the file, \"Call first\" in the database",
            "products.csv:2:last_restock_date: 2020-01-01T00:00:00Z in the file, blank in the database",
            "products.csv:2:reorder_level: 3 in the file, 0 in the database",
            "products.csv:3:quantity: the product has no inventory in the database",
        ]
    );
    assert!(before == place.dump());
}
