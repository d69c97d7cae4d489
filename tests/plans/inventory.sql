-- { inventory(by: {id: "inv_11"}) { id } }
SELECT `inventory`.`id`, `inventory`.`product_id`, `inventory`.`quantity`, `inventory`.`reserved`, (`inventory`.`quantity` - `inventory`.`reserved`), `inventory`.`reorder_level`, `inventory`.`last_restock_date`, `inventory`.`created_at`, `inventory`.`updated_at`, `inventory`.`version`
FROM `inventory`
WHERE (`inventory`.`id` = ?);
--   SEARCH inventory USING INTEGER PRIMARY KEY (rowid=?)

-- { inventory(by: {productId: "prd_1"}) { id } }
SELECT `inventory`.`id`, `inventory`.`product_id`, `inventory`.`quantity`, `inventory`.`reserved`, (`inventory`.`quantity` - `inventory`.`reserved`), `inventory`.`reorder_level`, `inventory`.`last_restock_date`, `inventory`.`created_at`, `inventory`.`updated_at`, `inventory`.`version`
FROM `inventory`
WHERE (`inventory`.`product_id` = ?);
--   SEARCH inventory USING INDEX sqlite_autoindex_inventory_1 (product_id=?)

-- { inventory(by: {sku: "TEA-100"}) { id } }
SELECT `inventory`.`id`, `inventory`.`product_id`, `inventory`.`quantity`, `inventory`.`reserved`, (`inventory`.`quantity` - `inventory`.`reserved`), `inventory`.`reorder_level`, `inventory`.`last_restock_date`, `inventory`.`created_at`, `inventory`.`updated_at`, `inventory`.`version`
FROM `inventory`
WHERE (`inventory`.`product_id` IN (SELECT `products`.`id`
FROM `products`
WHERE (`products`.`sku` = ?)));
--   SEARCH inventory USING INDEX sqlite_autoindex_inventory_1 (product_id=?)
--   LIST SUBQUERY 1
--     SEARCH products USING COVERING INDEX sqlite_autoindex_products_1 (sku=?)
