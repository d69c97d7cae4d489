-- mutation { createOrder(input: {customer: {id: "cus_1"}, reference: "N-1", items: [ {product: {id: "prd_1"}, quantity: 1}, {product: {id: "prd_2"}, quantity: 1}, {product: {sku: "BOX-600"}, quantity: 2}]}) { order { id } errors { code } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`
FROM `customers`
WHERE `id` = ?;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`
FROM `products`
WHERE id IN (SELECT value
FROM json_each(?));
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 1
--     SCAN json_each VIRTUAL TABLE INDEX 1:
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`
FROM `products`
WHERE sku IN (SELECT value
FROM json_each(?));
--   SEARCH products USING INDEX sqlite_autoindex_products_1 (sku=?)
--   LIST SUBQUERY 1
--     SCAN json_each VIRTUAL TABLE INDEX 1:
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`
FROM `orders`
WHERE (`orders`.`reference` = ?);
--   SEARCH orders USING INDEX sqlite_autoindex_orders_1 (reference=?)
UPDATE inventory
SET reserved = reserved + ?, updated_at = CASE WHEN updated_at > ? THEN updated_at ELSE ? END, version = version + 1
WHERE product_id = ? AND quantity - reserved >= ?;
--   SEARCH inventory USING INDEX sqlite_autoindex_inventory_1 (product_id=?)
SELECT `inventory`.`product_id`, `inventory`.`version`, `inventory`.`quantity`, `inventory`.`reserved`, `inventory`.`reorder_level`
FROM `inventory`
WHERE `inventory`.`product_id` IN (SELECT value
FROM json_each(?))
ORDER BY `inventory`.`product_id`;
--   SEARCH inventory USING INDEX sqlite_autoindex_inventory_1 (product_id=?)
--   LIST SUBQUERY 1
--     SCAN json_each VIRTUAL TABLE INDEX 1:
INSERT INTO orders (reference, customer_id, order_date, status, total_amount, notes, created_at, updated_at, version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1);
SELECT last_insert_rowid();
--   SCAN CONSTANT ROW
INSERT INTO order_items (order_id, product_id, product_name, product_sku, quantity, quantity_reserved, unit_price, subtotal, created_at, updated_at, version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1);
INSERT INTO events (position, kind, at, order_id, product_id, customer_id, version, quantity_delta, reserved_delta, quantity, reserved, "to")
VALUES ((SELECT head
FROM event_log) + 1, 'ORDER_PLACED', ?, ?, NULL, ?, ?, NULL, NULL, NULL, NULL, 'PENDING'), ((SELECT head
FROM event_log) + 2, 'STOCK_RESERVED', ?, ?, ?, NULL, ?, ?, ?, ?, ?, NULL), ((SELECT head
FROM event_log) + 3, 'STOCK_RESERVED', ?, ?, ?, NULL, ?, ?, ?, ?, ?, NULL), ((SELECT head
FROM event_log) + 4, 'STOCK_RESERVED', ?, ?, ?, NULL, ?, ?, ?, ?, ?, NULL);
--   SCAN 4 CONSTANT ROWS
--   SCALAR SUBQUERY 1
--     SCAN event_log
--   SCALAR SUBQUERY 3
--     SCAN event_log
--   SCALAR SUBQUERY 5
--     SCAN event_log
--   SCALAR SUBQUERY 7
--     SCAN event_log
UPDATE event_log
SET head = head + ?;
--   SCAN event_log
