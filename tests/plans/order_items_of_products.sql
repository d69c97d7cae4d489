-- { products(first: 2) { nodes { orderItems { nodes { id } pageInfo { endCursor } } } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`id` ASC
LIMIT ?;
--   SCAN products
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
WHERE `order_items`.`id` IN (SELECT one.id
FROM json_each(?) AS parent
CROSS JOIN `order_items` AS one ON one.id IN (SELECT `order_items`.`id`
FROM `order_items`
WHERE (`order_items`.`product_id` = parent.value)
ORDER BY `order_items`.`id` ASC
LIMIT ?))
ORDER BY `order_items`.`id` ASC;
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 2
--     SCAN parent VIRTUAL TABLE INDEX 1:
--     SEARCH one USING INTEGER PRIMARY KEY (rowid=?)
--     CORRELATED LIST SUBQUERY 1
--       SEARCH order_items USING COVERING INDEX order_items_product_id (product_id=?)

-- { products(first: 2) { nodes { orderItems(first: 1, after: "Mv2q0FsxMDA2XQ") { nodes { id } } } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`id` ASC
LIMIT ?;
--   SCAN products
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
WHERE `order_items`.`id` IN (SELECT one.id
FROM json_each(?) AS parent
CROSS JOIN `order_items` AS one ON one.id IN (SELECT `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`product_id` = parent.value) AND (`order_items`.`id` > ?))
ORDER BY `order_items`.`id` ASC
LIMIT ?))
ORDER BY `order_items`.`id` ASC;
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 2
--     SCAN parent VIRTUAL TABLE INDEX 1:
--     SEARCH one USING INTEGER PRIMARY KEY (rowid=?)
--     CORRELATED LIST SUBQUERY 1
--       SEARCH order_items USING COVERING INDEX order_items_product_id (product_id=? AND id>?)
