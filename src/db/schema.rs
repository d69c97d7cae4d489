// @generated automatically by Diesel CLI.

diesel::table! {
    customers (id) {
        id -> BigInt,
        name -> Text,
        email -> Text,
        email_key -> Text,
        phone -> Nullable<Text>,
        address -> Nullable<Text>,
        notes -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> Integer,
        company -> Nullable<Text>,
    }
}

diesel::table! {
    event_log (id) {
        id -> BigInt,
        head -> BigInt,
        floor -> BigInt,
        epoch -> Text,
    }
}

diesel::table! {
    events (id) {
        id -> BigInt,
        position -> Nullable<BigInt>,
        kind -> Text,
        at -> BigInt,
        actor -> Nullable<Text>,
        request_id -> Nullable<Text>,
        order_id -> Nullable<BigInt>,
        product_id -> Nullable<BigInt>,
        customer_id -> Nullable<BigInt>,
        version -> Integer,
        quantity_delta -> Nullable<Integer>,
        reserved_delta -> Nullable<Integer>,
        quantity -> Nullable<Integer>,
        reserved -> Nullable<Integer>,
        from -> Nullable<Text>,
        to -> Nullable<Text>,
        reason -> Nullable<Text>,
        reference -> Nullable<Text>,
        tracking_number -> Nullable<Text>,
        units -> Nullable<Text>,
        fields -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency (id) {
        id -> BigInt,
        scope -> Text,
        key -> Text,
        field -> Text,
        fingerprint -> Text,
        outcome -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    inventory (id) {
        id -> BigInt,
        product_id -> BigInt,
        quantity -> Integer,
        reserved -> Integer,
        reorder_level -> Integer,
        last_restock_date -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> Integer,
    }
}

diesel::table! {
    order_items (id) {
        id -> BigInt,
        order_id -> BigInt,
        product_id -> BigInt,
        product_name -> Text,
        product_sku -> Text,
        quantity -> Integer,
        quantity_reserved -> Integer,
        unit_price -> BigInt,
        subtotal -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> Integer,
        quantity_cancelled -> Integer,
        quantity_shipped -> Integer,
        quantity_returned -> Integer,
    }
}

diesel::table! {
    orders (id) {
        id -> BigInt,
        reference -> Nullable<Text>,
        customer_id -> BigInt,
        order_date -> BigInt,
        status -> Text,
        total_amount -> BigInt,
        notes -> Nullable<Text>,
        cancel_reason -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> Integer,
        returned_amount -> BigInt,
        tracking_number -> Nullable<Text>,
        return_reason -> Nullable<Text>,
    }
}

diesel::table! {
    products (id) {
        id -> BigInt,
        sku -> Text,
        name -> Text,
        description -> Nullable<Text>,
        price -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        version -> Integer,
        barcode -> Nullable<Text>,
    }
}

diesel::joinable!(inventory -> products (product_id));
diesel::joinable!(order_items -> orders (order_id));
diesel::joinable!(order_items -> products (product_id));
diesel::joinable!(orders -> customers (customer_id));

diesel::allow_tables_to_appear_in_same_query!(
    customers,
    event_log,
    events,
    idempotency,
    inventory,
    order_items,
    orders,
    products,
);
