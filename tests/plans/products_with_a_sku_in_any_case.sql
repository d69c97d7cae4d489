-- Reads or sorts much: no index knows upper from lower case; with `ignoreCase: false` it is found at once.

-- { products(where: {sku: {eq: "tea-100"}}) { nodes { id } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE (fold_case(`products`.`sku`) = ?)
ORDER BY `products`.`id` ASC
LIMIT ?;
--   SCAN products
