-- mutation { processOrder(input: {id: "ord_101"}) { order { id } errors { code } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`
FROM `orders`
WHERE `id` = ?;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
UPDATE `orders`
SET `status` = ?, `updated_at` = CASE WHEN ((`orders`.`updated_at` > ?)) THEN (`orders`.`updated_at`) ELSE (?) END, `version` = (`orders`.`version` + ?)
WHERE ((`orders`.`id` = ?) AND (`orders`.`version` = ?))
RETURNING `id`, `reference`, `customer_id`, `order_date`, `status`, `total_amount`, `returned_amount`, `notes`, `tracking_number`, `cancel_reason`, `return_reason`, `created_at`, `updated_at`, `version`;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`
FROM `order_items`
WHERE (`order_items`.`order_id` = ?)
ORDER BY `order_items`.`id`;
--   SEARCH order_items USING INDEX order_items_order_id (order_id=?)
UPDATE `order_items`
SET `quantity_reserved` = ((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`), `updated_at` = CASE WHEN ((`order_items`.`updated_at` > ?)) THEN (`order_items`.`updated_at`) ELSE (?) END, `version` = (`order_items`.`version` + ?)
WHERE ((`order_items`.`order_id` = ?) AND (`order_items`.`quantity_reserved` < ((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`)))
RETURNING `id`;
--   SEARCH order_items USING INDEX order_items_order_id (order_id=?)
INSERT INTO events (position, kind, at, order_id, customer_id, version, "from", "to")
VALUES ((SELECT head
FROM event_log) + 1, 'ORDER_PROCESSED', ?, ?, ?, ?, 'PENDING', 'PROCESSING');
--   SCALAR SUBQUERY 1
--     SCAN event_log
UPDATE event_log
SET head = head + ?;
--   SCAN event_log
