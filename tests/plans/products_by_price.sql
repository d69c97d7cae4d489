-- { products(first: 2, orderBy: {field: PRICE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`price` ASC, `products`.`id` ASC
LIMIT ?;
--   SCAN products USING INDEX products_price

-- { products(first: 2, after: "hbMXB1s0NTAsMV0", orderBy: {field: PRICE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`price` >= ?) AND ((`products`.`price` > ?) OR ((`products`.`price` = ?) AND (`products`.`id` > ?))))
ORDER BY `products`.`price` ASC, `products`.`id` ASC
LIMIT ?;
--   SEARCH products USING INDEX products_price (price>?)

-- { products(first: 2, orderBy: {field: PRICE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`price` DESC, `products`.`id` DESC
LIMIT ?;
--   SCAN products USING INDEX products_price

-- { products(first: 2, after: "DIkg-VsyNTAwLDVd", orderBy: {field: PRICE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`price` <= ?) AND ((`products`.`price` < ?) OR ((`products`.`price` = ?) AND (`products`.`id` < ?))))
ORDER BY `products`.`price` DESC, `products`.`id` DESC
LIMIT ?;
--   SEARCH products USING INDEX products_price (price<?)
