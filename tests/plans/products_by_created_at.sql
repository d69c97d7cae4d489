-- { products(first: 2, orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`created_at` ASC, `products`.`id` ASC
LIMIT ?;
--   SCAN products USING INDEX products_created_at

-- { products(first: 2, after: "ckf-IVsxNzY0NTQ3MjAwMDAwMDAwLDJd", orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`created_at` >= ?) AND ((`products`.`created_at` > ?) OR ((`products`.`created_at` = ?) AND (`products`.`id` > ?))))
ORDER BY `products`.`created_at` ASC, `products`.`id` ASC
LIMIT ?;
--   SEARCH products USING INDEX products_created_at (created_at>?)

-- { products(first: 2, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`created_at` DESC, `products`.`id` DESC
LIMIT ?;
--   SCAN products USING INDEX products_created_at

-- { products(first: 2, after: "_dkJZ1sxNzY0NTQ3MjAwMDAwMDAwLDVd", orderBy: {field: CREATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`created_at` <= ?) AND ((`products`.`created_at` < ?) OR ((`products`.`created_at` = ?) AND (`products`.`id` < ?))))
ORDER BY `products`.`created_at` DESC, `products`.`id` DESC
LIMIT ?;
--   SEARCH products USING INDEX products_created_at (created_at<?)
