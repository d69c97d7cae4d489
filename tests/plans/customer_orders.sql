-- { customers(first: 2) { nodes { orders { nodes { id } pageInfo { endCursor } } } } }
SELECT `customers`.`id`
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
SELECT `orders`.`id`, `orders`.`customer_id`, `orders`.`id`
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

-- { customers(first: 2) { nodes { orders(first: 1, after: "X8jVK1sxMDNd") { nodes { id } } } } }
SELECT `customers`.`id`
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
SELECT `orders`.`id`, `orders`.`customer_id`
FROM json_each(?) AS parent
CROSS JOIN `orders` ON `orders`.`id` IN (SELECT `orders`.`id`
FROM `orders`
WHERE `orders`.`customer_id` = parent.value AND (`orders`.`id` > ?)
ORDER BY `orders`.`id` ASC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=? AND id>?)

-- { customers(first: 2) { nodes { orders(last: 1) { nodes { id } } } } }
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
ORDER BY `orders`.`id` DESC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)

-- { customers(first: 2) { nodes { orders(first: 1, orderBy: {field: ORDER_DATE, direction: DESC}) { nodes { id } } } } }
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
ORDER BY `orders`.`order_date` DESC, `orders`.`id` DESC
LIMIT ?)
ORDER BY `orders`.`order_date` DESC, `orders`.`id` DESC;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH orders USING INDEX orders_customer_id (customer_id=?)
--     USE TEMP B-TREE FOR ORDER BY
--   USE TEMP B-TREE FOR ORDER BY

-- { customers(first: 2) { nodes { orders(where: {status: {eq: PENDING}}) { nodes { id } } } } }
SELECT `customers`.`id`
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
SELECT `orders`.`id`, `orders`.`customer_id`
FROM json_each(?) AS parent
CROSS JOIN `orders` ON `orders`.`id` IN (SELECT `orders`.`id`
FROM `orders`
WHERE `orders`.`customer_id` = parent.value AND (`orders`.`status` = ?)
ORDER BY `orders`.`id` ASC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH orders USING INDEX orders_customer_id (customer_id=?)

-- { customers(first: 2) { nodes { orders { nodes { id } totalCount } } } }
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
SELECT `orders`.`customer_id`, COUNT(*)
FROM json_each(?) AS parent
CROSS JOIN `orders`
WHERE `orders`.`customer_id` = parent.value
GROUP BY `orders`.`customer_id`;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)
--   USE TEMP B-TREE FOR GROUP BY
