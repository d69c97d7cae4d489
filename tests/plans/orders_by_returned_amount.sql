-- Reads or sorts much: there is no index for this order.

-- { orders(first: 2, orderBy: {field: RETURNED_AMOUNT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`returned_amount` ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "YQJKp1swLDEwMl0", orderBy: {field: RETURNED_AMOUNT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((`orders`.`returned_amount` >= ?) AND ((`orders`.`returned_amount` > ?) OR ((`orders`.`returned_amount` = ?) AND (`orders`.`id` > ?))))
ORDER BY `orders`.`returned_amount` ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, orderBy: {field: RETURNED_AMOUNT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`returned_amount` DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "yeXV7lswLDEwNV0", orderBy: {field: RETURNED_AMOUNT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((`orders`.`returned_amount` <= ?) AND ((`orders`.`returned_amount` < ?) OR ((`orders`.`returned_amount` = ?) AND (`orders`.`id` < ?))))
ORDER BY `orders`.`returned_amount` DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY
