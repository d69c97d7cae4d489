-- { products(first: 2, orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`created_at` ASC, `products`.`id` ASC
LIMIT ?;
--   SCAN products USING INDEX products_created_at

-- { products(first: 2, after: "WyIrY3JlYXRlZEF0K2lkIixbMTc2NDU0NzIwMDAwMDAwMCwyXV0", orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`created_at` >= ?) AND ((`products`.`created_at` > ?) OR ((`products`.`created_at` = ?) AND (`products`.`id` > ?))))
ORDER BY `products`.`created_at` ASC, `products`.`id` ASC
LIMIT ?;
--   SEARCH products USING INDEX products_created_at (created_at>?)

-- { products(first: 2, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`created_at` DESC, `products`.`id` DESC
LIMIT ?;
--   SCAN products USING INDEX products_created_at

-- { products(first: 2, after: "WyItY3JlYXRlZEF0LWlkIixbMTc2NDU0NzIwMDAwMDAwMCw1XV0", orderBy: {field: CREATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`created_at` <= ?) AND ((`products`.`created_at` < ?) OR ((`products`.`created_at` = ?) AND (`products`.`id` < ?))))
ORDER BY `products`.`created_at` DESC, `products`.`id` DESC
LIMIT ?;
--   SEARCH products USING INDEX products_created_at (created_at<?)
