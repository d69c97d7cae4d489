-- { product(by: {id: "prd_1"}) { id } }
SELECT `products`.`id`
FROM `products`
WHERE `products`.`id` = ?;
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)

-- { product(by: {sku: "TEA-100"}) { id } }
SELECT `products`.`id`
FROM `products`
WHERE `products`.`sku` = ?;
--   SEARCH products USING COVERING INDEX sqlite_autoindex_products_1 (sku=?)
