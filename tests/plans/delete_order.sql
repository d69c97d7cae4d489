-- mutation { deleteOrder(input: {id: "ord_101"}) { deletedId errors { code } } }
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
SET `reserved` = (`inventory`.`reserved` - ?), `updated_at` = CASE WHEN ((`inventory`.`updated_at` > ?)) THEN (`inventory`.`updated_at`) ELSE (?) END, `version` = (`inventory`.`version` + ?)
WHERE (`inventory`.`product_id` = ?)
RETURNING `product_id`, `version`, `quantity`, `reserved`, `reorder_level`;
--   SEARCH inventory USING INDEX sqlite_autoindex_inventory_1 (product_id=?)
DELETE
FROM `orders`
WHERE (`orders`.`id` = ?);
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   SEARCH order_items USING COVERING INDEX order_items_order_id (order_id=?)
INSERT INTO events (position, kind, at, order_id, product_id, customer_id, version, quantity_delta, reserved_delta, quantity, reserved, "from")
VALUES ((SELECT head
FROM event_log) + 1, 'ORDER_DELETED', ?, ?, NULL, ?, ?, NULL, NULL, NULL, NULL, 'PENDING'), ((SELECT head
FROM event_log) + 2, 'STOCK_RELEASED', ?, ?, ?, NULL, ?, ?, ?, ?, ?, NULL), ((SELECT head
FROM event_log) + 3, 'STOCK_RELEASED', ?, ?, ?, NULL, ?, ?, ?, ?, ?, NULL);
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
