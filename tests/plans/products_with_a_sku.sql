-- { products(where: {sku: {eq: "TEA-100", ignoreCase: false}}) { nodes { id } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE (`products`.`sku` = ?)
ORDER BY `products`.`id` ASC
LIMIT ?;
--   SEARCH products USING INDEX sqlite_autoindex_products_1 (sku=?)
