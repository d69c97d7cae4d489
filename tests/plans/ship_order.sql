-- mutation { shipOrder(input: {id: "ord_102"}) { order { id } errors { code } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`
FROM `orders`
WHERE `id` = ?;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`
FROM `order_items`
WHERE (`order_items`.`order_id` = ?)
ORDER BY `order_items`.`id`;
--   SEARCH order_items USING INDEX order_items_order_id (order_id=?)
UPDATE `inventory`
SET `quantity` = (`inventory`.`quantity` - ?), `reserved` = (`inventory`.`reserved` - ?), `updated_at` = CASE WHEN ((`inventory`.`updated_at` > ?)) THEN (`inventory`.`updated_at`) ELSE (?) END, `version` = (`inventory`.`version` + ?)
WHERE (`inventory`.`product_id` = ?)
RETURNING `product_id`, `version`, `quantity`, `reserved`, `reorder_level`;
--   SEARCH inventory USING INDEX sqlite_autoindex_inventory_1 (product_id=?)
UPDATE `order_items`
SET `quantity_shipped` = (`order_items`.`quantity` - `order_items`.`quantity_cancelled`), `quantity_reserved` = ?, `updated_at` = CASE WHEN ((`order_items`.`updated_at` > ?)) THEN (`order_items`.`updated_at`) ELSE (?) END, `version` = (`order_items`.`version` + ?)
WHERE ((`order_items`.`order_id` = ?) AND (((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`) > ?))
RETURNING `id`;
--   SEARCH order_items USING INDEX order_items_order_id (order_id=?)
UPDATE `orders`
SET `status` = ?, `total_amount` = ?, `returned_amount` = ?, `updated_at` = CASE WHEN ((`orders`.`updated_at` > ?)) THEN (`orders`.`updated_at`) ELSE (?) END, `version` = (`orders`.`version` + ?)
WHERE ((`orders`.`id` = ?) AND (`orders`.`version` = ?))
RETURNING `id`, `reference`, `customer_id`, `order_date`, `status`, `total_amount`, `returned_amount`, `notes`, `tracking_number`, `cancel_reason`, `return_reason`, `created_at`, `updated_at`, `version`;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
INSERT INTO events (position, kind, at, order_id, product_id, customer_id, version, quantity_delta, reserved_delta, quantity, reserved, "from", "to", units)
VALUES ((SELECT head
FROM event_log) + 1, 'ORDER_SHIPPED', ?, ?, NULL, ?, ?, NULL, NULL, NULL, NULL, 'PROCESSING', 'SHIPPED', ?), ((SELECT head
FROM event_log) + 2, 'STOCK_SHIPPED', ?, ?, ?, NULL, ?, ?, ?, ?, ?, NULL, NULL, NULL), ((SELECT head
FROM event_log) + 3, 'STOCK_SHIPPED', ?, ?, ?, NULL, ?, ?, ?, ?, ?, NULL, NULL, NULL);
--   SCAN 3 CONSTANT ROWS
--   SCALAR SUBQUERY 1
--     SCAN event_log
--   SCALAR SUBQUERY 3
--     SCAN event_log
--   SCALAR SUBQUERY 5
--     SCAN event_log
UPDATE event_log
SET head = head + ?;
--   SCAN event_log
