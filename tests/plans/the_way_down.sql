-- { customers { nodes { orders { nodes { items { nodes { product { inventory { id } } } } } } } } }
SELECT `customers`.`id`
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
SELECT `orders`.`id`, `orders`.`customer_id`
FROM json_each(?) AS parent
CROSS JOIN `orders` ON `orders`.`id` IN (SELECT `orders`.`id`
FROM `orders`
WHERE `orders`.`customer_id` = parent.value
ORDER BY `orders`.`id` ASC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)
SELECT `order_items`.`product_id`, `order_items`.`order_id`, `order_items`.`id`
FROM json_each(?) AS parent
CROSS JOIN `order_items` ON `order_items`.`id` IN (SELECT `order_items`.`id`
FROM `order_items`
WHERE `order_items`.`order_id` = parent.value
ORDER BY `order_items`.`id` ASC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH order_items USING COVERING INDEX order_items_order_id (order_id=?)
SELECT `products`.`id`
FROM json_each(?) AS parent
CROSS JOIN `products`
WHERE `products`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
SELECT `inventory`.`id`, `inventory`.`product_id`
FROM json_each(?) AS parent
CROSS JOIN `inventory`
WHERE `inventory`.`product_id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH inventory USING COVERING INDEX sqlite_autoindex_inventory_1 (product_id=?)
