-- mutation { restockInventory(input: {inventory: {sku: "TEA-100"}, quantity: 5}) { inventory { id } errors { code } } }
UPDATE `inventory`
SET `quantity` = (`inventory`.`quantity` + ?), `last_restock_date` = ?, `updated_at` = CASE WHEN ((`inventory`.`updated_at` > ?)) THEN (`inventory`.`updated_at`) ELSE (?) END, `version` = (`inventory`.`version` + ?)
WHERE ((`inventory`.`product_id` IN (SELECT `products`.`id`
FROM `products`
WHERE (`products`.`sku` = ?))) AND (`inventory`.`quantity` <= ?))
RETURNING `id`, `product_id`, `quantity`, `reserved`, (`quantity` - `reserved`), `reorder_level`, `last_restock_date`, `created_at`, `updated_at`, `version`;
--   SEARCH inventory USING INDEX sqlite_autoindex_inventory_1 (product_id=?)
--   LIST SUBQUERY 1
--     SEARCH products USING COVERING INDEX sqlite_autoindex_products_1 (sku=?)
INSERT INTO events (position, kind, at, product_id, version, quantity_delta, reserved_delta, quantity, reserved)
VALUES ((SELECT head
FROM event_log) + 1, 'STOCK_RECEIVED', ?, ?, ?, ?, ?, ?, ?);
--   SCALAR SUBQUERY 1
--     SCAN event_log
UPDATE event_log
SET head = head + ?;
--   SCAN event_log
