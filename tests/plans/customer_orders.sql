-- { customers(first: 2) { nodes { orders { nodes { id } pageInfo { endCursor } } } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE `orders`.`id` IN (SELECT one.id
FROM json_each(?) AS parent
CROSS JOIN `orders` AS one ON one.id IN (SELECT `orders`.`id`
FROM `orders`
WHERE (`orders`.`customer_id` = parent.value)
ORDER BY `orders`.`id` ASC
LIMIT ?))
ORDER BY `orders`.`id` ASC;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 2
--     SCAN parent VIRTUAL TABLE INDEX 1:
--     SEARCH one USING INTEGER PRIMARY KEY (rowid=?)
--     CORRELATED LIST SUBQUERY 1
--       SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)

-- { customers(first: 2) { nodes { orders(first: 1, after: "X8jVK1sxMDNd") { nodes { id } } } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE `orders`.`id` IN (SELECT one.id
FROM json_each(?) AS parent
CROSS JOIN `orders` AS one ON one.id IN (SELECT `orders`.`id`
FROM `orders`
WHERE ((`orders`.`customer_id` = parent.value) AND (`orders`.`id` > ?))
ORDER BY `orders`.`id` ASC
LIMIT ?))
ORDER BY `orders`.`id` ASC;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 2
--     SCAN parent VIRTUAL TABLE INDEX 1:
--     SEARCH one USING INTEGER PRIMARY KEY (rowid=?)
--     CORRELATED LIST SUBQUERY 1
--       SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=? AND id>?)

-- { customers(first: 2) { nodes { orders(last: 1) { nodes { id } } } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE `orders`.`id` IN (SELECT one.id
FROM json_each(?) AS parent
CROSS JOIN `orders` AS one ON one.id IN (SELECT `orders`.`id`
FROM `orders`
WHERE (`orders`.`customer_id` = parent.value)
ORDER BY `orders`.`id` DESC
LIMIT ?))
ORDER BY `orders`.`id` DESC;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 2
--     SCAN parent VIRTUAL TABLE INDEX 1:
--     SEARCH one USING INTEGER PRIMARY KEY (rowid=?)
--     CORRELATED LIST SUBQUERY 1
--       SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)

-- { customers(first: 2) { nodes { orders(first: 1, orderBy: {field: ORDER_DATE, direction: DESC}) { nodes { id } } } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE `orders`.`id` IN (SELECT one.id
FROM json_each(?) AS parent
CROSS JOIN `orders` AS one ON one.id IN (SELECT `orders`.`id`
FROM `orders`
WHERE (`orders`.`customer_id` = parent.value)
ORDER BY `orders`.`order_date` DESC, `orders`.`id` DESC
LIMIT ?))
ORDER BY `orders`.`order_date` DESC, `orders`.`id` DESC;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 2
--     SCAN parent VIRTUAL TABLE INDEX 1:
--     SEARCH one USING INTEGER PRIMARY KEY (rowid=?)
--     CORRELATED LIST SUBQUERY 1
--       SEARCH orders USING INDEX orders_customer_id (customer_id=?)
--       USE TEMP B-TREE FOR ORDER BY
--   USE TEMP B-TREE FOR ORDER BY

-- { customers(first: 2) { nodes { orders(where: {status: {eq: PENDING}}) { nodes { id } } } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE `orders`.`id` IN (SELECT one.id
FROM json_each(?) AS parent
CROSS JOIN `orders` AS one ON one.id IN (SELECT `orders`.`id`
FROM `orders`
WHERE ((`orders`.`customer_id` = parent.value) AND (`orders`.`status` = ?))
ORDER BY `orders`.`id` ASC
LIMIT ?))
ORDER BY `orders`.`id` ASC;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 2
--     SCAN parent VIRTUAL TABLE INDEX 1:
--     SEARCH one USING INTEGER PRIMARY KEY (rowid=?)
--     CORRELATED LIST SUBQUERY 1
--       SEARCH orders USING INDEX orders_customer_id (customer_id=?)

-- { customers(first: 2) { nodes { orders { nodes { id } totalCount } } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE `orders`.`id` IN (SELECT one.id
FROM json_each(?) AS parent
CROSS JOIN `orders` AS one ON one.id IN (SELECT `orders`.`id`
FROM `orders`
WHERE (`orders`.`customer_id` = parent.value)
ORDER BY `orders`.`id` ASC
LIMIT ?))
ORDER BY `orders`.`id` ASC;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 2
--     SCAN parent VIRTUAL TABLE INDEX 1:
--     SEARCH one USING INTEGER PRIMARY KEY (rowid=?)
--     CORRELATED LIST SUBQUERY 1
--       SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)
SELECT `orders`.`customer_id`, COUNT(*)
FROM `orders`
WHERE `orders`.`customer_id` IN (SELECT value
FROM json_each(?))
GROUP BY `orders`.`customer_id`;
--   SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)
--   LIST SUBQUERY 1
--     SCAN json_each VIRTUAL TABLE INDEX 1:
