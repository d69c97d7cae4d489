-- { inventories { nodes { product { orderItems { nodes { order { customer { id } } } } } } } }
SELECT `inventory`.`product_id`
FROM `inventory`
ORDER BY `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
SELECT `products`.`id`
FROM json_each(?) AS parent
CROSS JOIN `products`
WHERE `products`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
SELECT `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`id`
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
SELECT `orders`.`customer_id`, `orders`.`id`
FROM json_each(?) AS parent
CROSS JOIN `orders`
WHERE `orders`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
SELECT `customers`.`id`
FROM json_each(?) AS parent
CROSS JOIN `customers`
WHERE `customers`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
