-- { product(by: {id: "prd_1"}) { id } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`
FROM `products`
WHERE `id` = ?;
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)

-- { product(by: {sku: "TEA-100"}) { id } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`
FROM `products`
WHERE `sku` = ?;
--   SEARCH products USING INDEX sqlite_autoindex_products_1 (sku=?)
