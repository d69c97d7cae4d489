-- { inventory(by: {id: "inv_11"}) { id } }
SELECT `inventory`.`id`
FROM `inventory`
WHERE (`inventory`.`id` = ?)
LIMIT ?;
--   SEARCH inventory USING INTEGER PRIMARY KEY (rowid=?)

-- { inventory(by: {productId: "prd_1"}) { id } }
SELECT `inventory`.`id`
FROM `inventory`
WHERE (`inventory`.`product_id` = ?)
LIMIT ?;
--   SEARCH inventory USING COVERING INDEX sqlite_autoindex_inventory_1 (product_id=?)

-- { inventory(by: {sku: "TEA-100"}) { id } }
SELECT `inventory`.`id`
FROM `inventory`
WHERE (`inventory`.`product_id` IN (SELECT `products`.`id`
FROM `products`
WHERE (`products`.`sku` = ?)))
LIMIT ?;
--   SEARCH inventory USING COVERING INDEX sqlite_autoindex_inventory_1 (product_id=?)
--   LIST SUBQUERY 1
--     SEARCH products USING COVERING INDEX sqlite_autoindex_products_1 (sku=?)
