-- mutation { addOrderItem(input: {orderId: "ord_101", product: {id: "prd_2"}, quantity: 1}) { order { id } errors { code } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`
FROM `orders`
WHERE `id` = ?;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`
FROM `products`
WHERE `id` = ?;
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`
FROM `order_items`
WHERE (`order_items`.`order_id` = ?)
ORDER BY `order_items`.`id`;
--   SEARCH order_items USING INDEX order_items_order_id (order_id=?)
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
INSERT INTO order_items (order_id, product_id, product_name, product_sku, quantity, quantity_reserved, unit_price, subtotal, created_at, updated_at, version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1);
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`
FROM `order_items`
WHERE (`order_items`.`order_id` = ?)
ORDER BY `order_items`.`id` DESC
LIMIT ?;
--   SEARCH order_items USING INDEX order_items_order_id (order_id=?)
UPDATE `orders`
SET `total_amount` = ?, `updated_at` = CASE WHEN ((`orders`.`updated_at` > ?)) THEN (`orders`.`updated_at`) ELSE (?) END, `version` = (`orders`.`version` + ?)
WHERE ((`orders`.`id` = ?) AND (`orders`.`version` = ?))
RETURNING `id`, `reference`, `customer_id`, `order_date`, `status`, `total_amount`, `returned_amount`, `notes`, `tracking_number`, `cancel_reason`, `return_reason`, `created_at`, `updated_at`, `version`;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
INSERT INTO events (position, kind, at, order_id, product_id, customer_id, version, quantity_delta, reserved_delta, quantity, reserved, "from", "to", units)
VALUES ((SELECT head
FROM event_log) + 1, 'ORDER_ITEM_ADDED', ?, ?, NULL, ?, ?, NULL, NULL, NULL, NULL, 'PENDING', 'PENDING', ?), ((SELECT head
FROM event_log) + 2, 'STOCK_RESERVED', ?, ?, ?, NULL, ?, ?, ?, ?, ?, NULL, NULL, NULL);
--   SCAN 2 CONSTANT ROWS
--   SCALAR SUBQUERY 1
--     SCAN event_log
--   SCALAR SUBQUERY 3
--     SCAN event_log
UPDATE event_log
SET head = head + ?;
--   SCAN event_log
