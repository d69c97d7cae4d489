-- { product(by: {id: "prd_1"}) { id } }
SELECT `id`, `sku`, `barcode`, `name`, `description`, `price`, `created_at`, `updated_at`, `version`
FROM `products`
WHERE `id` = ?;
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)

-- { product(by: {sku: "TEA-100"}) { id } }
SELECT `id`, `sku`, `barcode`, `name`, `description`, `price`, `created_at`, `updated_at`, `version`
FROM `products`
WHERE `sku` = ?;
--   SEARCH products USING INDEX sqlite_autoindex_products_1 (sku=?)
