-- { orders(where: {status: {eq: PENDING}}) { nodes { id } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE (`orders`.`status` = ?)
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INDEX orders_status (status=?)

-- { orders(where: {status: {in: [PENDING, PROCESSING]}}) { nodes { id } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE `orders`.`status` IN (SELECT value
FROM json_each(?))
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INDEX orders_status (status=?)
--   LIST SUBQUERY 1
--     SCAN json_each VIRTUAL TABLE INDEX 1:
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(where: {status: {eq: PENDING}}) { nodes { id } totalCount } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE (`orders`.`status` = ?)
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INDEX orders_status (status=?)
SELECT COUNT(*)
FROM `orders`
WHERE (`orders`.`status` = ?);
--   SEARCH orders USING COVERING INDEX orders_status (status=?)
