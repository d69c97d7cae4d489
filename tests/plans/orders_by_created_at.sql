-- Reads or sorts much: there is no index for this order.

-- { orders(first: 2, orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`created_at` ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "SpLvnFsxNzY1NjE2NDAwMDAwMDAwLDEwNV0", orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((`orders`.`created_at` >= ?) AND ((`orders`.`created_at` > ?) OR ((`orders`.`created_at` = ?) AND (`orders`.`id` > ?))))
ORDER BY `orders`.`created_at` ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`created_at` DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "xVcC7FsxNzY3MTcxNjAwMDAwMDAwLDEwMl0", orderBy: {field: CREATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((`orders`.`created_at` <= ?) AND ((`orders`.`created_at` < ?) OR ((`orders`.`created_at` = ?) AND (`orders`.`id` < ?))))
ORDER BY `orders`.`created_at` DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY
