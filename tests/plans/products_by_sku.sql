-- { products(first: 2, orderBy: {field: SKU, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`sku` ASC, `products`.`id` ASC
LIMIT ?;
--   SCAN products USING INDEX sqlite_autoindex_products_1

-- { products(first: 2, after: "VvHrvVsiQ1VQLTIwMCIsMl0", orderBy: {field: SKU, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`sku` >= ?) AND ((`products`.`sku` > ?) OR ((`products`.`sku` = ?) AND (`products`.`id` > ?))))
ORDER BY `products`.`sku` ASC, `products`.`id` ASC
LIMIT ?;
--   SEARCH products USING INDEX sqlite_autoindex_products_1 (sku>?)

-- { products(first: 2, orderBy: {field: SKU, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`sku` DESC, `products`.`id` DESC
LIMIT ?;
--   SCAN products USING INDEX sqlite_autoindex_products_1

-- { products(first: 2, after: "tpQBLVsiU1BOLTQwMCIsNF0", orderBy: {field: SKU, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`sku` <= ?) AND ((`products`.`sku` < ?) OR ((`products`.`sku` = ?) AND (`products`.`id` < ?))))
ORDER BY `products`.`sku` DESC, `products`.`id` DESC
LIMIT ?;
--   SEARCH products USING INDEX sqlite_autoindex_products_1 (sku<?)
