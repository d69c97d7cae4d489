-- { products(first: 2) { nodes { orderItems { nodes { id } pageInfo { endCursor } } } } }
SELECT `products`.`id`
FROM `products`
ORDER BY `products`.`id` ASC
LIMIT ?;
--   SCAN products
SELECT `order_items`.`id`, `order_items`.`product_id`, `order_items`.`id`
FROM json_each(?) AS parent
CROSS JOIN `order_items` ON `order_items`.`id` IN (SELECT `order_items`.`id`
FROM `order_items`
WHERE `order_items`.`product_id` = parent.value
ORDER BY `order_items`.`id` ASC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH order_items USING COVERING INDEX order_items_product_id (product_id=?)

-- { products(first: 2) { nodes { orderItems(first: 1, after: "Mv2q0FsxMDA2XQ") { nodes { id } } } } }
SELECT `products`.`id`
FROM `products`
ORDER BY `products`.`id` ASC
LIMIT ?;
--   SCAN products
SELECT `order_items`.`id`, `order_items`.`product_id`
FROM json_each(?) AS parent
CROSS JOIN `order_items` ON `order_items`.`id` IN (SELECT `order_items`.`id`
FROM `order_items`
WHERE `order_items`.`product_id` = parent.value AND (`order_items`.`id` > ?)
ORDER BY `order_items`.`id` ASC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH order_items USING COVERING INDEX order_items_product_id (product_id=? AND id>?)
