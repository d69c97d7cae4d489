-- Reads or sorts much: there is no index for this order.

-- { products(first: 2, orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`updated_at` ASC, `products`.`id` ASC
LIMIT ?;
--   SCAN products
--   USE TEMP B-TREE FOR ORDER BY

-- { products(first: 2, after: "S4c8oVsxNzY0NTQ3MjAwMDAwMDAwLDNd", orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`updated_at` >= ?) AND ((`products`.`updated_at` > ?) OR ((`products`.`updated_at` = ?) AND (`products`.`id` > ?))))
ORDER BY `products`.`updated_at` ASC, `products`.`id` ASC
LIMIT ?;
--   SCAN products
--   USE TEMP B-TREE FOR ORDER BY

-- { products(first: 2, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`updated_at` DESC, `products`.`id` DESC
LIMIT ?;
--   SCAN products
--   USE TEMP B-TREE FOR ORDER BY

-- { products(first: 2, after: "sofIyFsxNzY0NTQ3MjAwMDAwMDAwLDZd", orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`updated_at` <= ?) AND ((`products`.`updated_at` < ?) OR ((`products`.`updated_at` = ?) AND (`products`.`id` < ?))))
ORDER BY `products`.`updated_at` DESC, `products`.`id` DESC
LIMIT ?;
--   SCAN products
--   USE TEMP B-TREE FOR ORDER BY
