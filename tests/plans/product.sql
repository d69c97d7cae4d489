-- { product(by: {id: "prd_1"}) { id } }
SELECT `products`.`id`
FROM `products`
WHERE (`products`.`id` = ?)
LIMIT ?;
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)

-- { product(by: {sku: "TEA-100"}) { id } }
SELECT `products`.`id`
FROM `products`
WHERE (`products`.`sku` = ?)
LIMIT ?;
--   SEARCH products USING COVERING INDEX sqlite_autoindex_products_1 (sku=?)
