-- { products(first: 2, orderBy: {field: NAME, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`name` ASC, `products`.`id` ASC
LIMIT ?;
--   SCAN products USING INDEX products_name

-- { products(first: 2, after: "Ut403FsiR2lmdCBjYXJkIiw1XQ", orderBy: {field: NAME, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`name` >= ?) AND ((`products`.`name` > ?) OR ((`products`.`name` = ?) AND (`products`.`id` > ?))))
ORDER BY `products`.`name` ASC, `products`.`id` ASC
LIMIT ?;
--   SEARCH products USING INDEX products_name (name>?)

-- { products(first: 2, orderBy: {field: NAME, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`name` DESC, `products`.`id` DESC
LIMIT ?;
--   SCAN products USING INDEX products_name

-- { products(first: 2, after: "CXPNrVsiUG9yY2VsYWluIGN1cCIsMl0", orderBy: {field: NAME, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`name` <= ?) AND ((`products`.`name` < ?) OR ((`products`.`name` = ?) AND (`products`.`id` < ?))))
ORDER BY `products`.`name` DESC, `products`.`id` DESC
LIMIT ?;
--   SEARCH products USING INDEX products_name (name<?)
