-- { products(first: 2, orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`updated_at` ASC, `products`.`id` ASC
LIMIT ?;
--   SCAN products USING INDEX products_updated_at

-- { products(first: 2, after: "S4c8oVsxNzY0NTQ3MjAwMDAwMDAwLDNd", orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`updated_at` >= ?) AND ((`products`.`updated_at` > ?) OR ((`products`.`updated_at` = ?) AND (`products`.`id` > ?))))
ORDER BY `products`.`updated_at` ASC, `products`.`id` ASC
LIMIT ?;
--   SEARCH products USING INDEX products_updated_at (updated_at>?)

-- { products(first: 2, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`updated_at` DESC, `products`.`id` DESC
LIMIT ?;
--   SCAN products USING INDEX products_updated_at

-- { products(first: 2, after: "sofIyFsxNzY0NTQ3MjAwMDAwMDAwLDZd", orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`updated_at` <= ?) AND ((`products`.`updated_at` < ?) OR ((`products`.`updated_at` = ?) AND (`products`.`id` < ?))))
ORDER BY `products`.`updated_at` DESC, `products`.`id` DESC
LIMIT ?;
--   SEARCH products USING INDEX products_updated_at (updated_at<?)
