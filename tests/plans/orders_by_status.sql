-- Reads or sorts much: there is no index for this order.

-- { orders(first: 2, orderBy: {field: STATUS, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`notes`, `orders`.`cancel_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'SHIPPED' THEN 2 WHEN 'DELIVERED' THEN 3 WHEN 'CANCELLED' THEN 4 END ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "FDydtlswLDEwNl0", orderBy: {field: STATUS, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`notes`, `orders`.`cancel_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'SHIPPED' THEN 2 WHEN 'DELIVERED' THEN 3 WHEN 'CANCELLED' THEN 4 END >= ?) AND ((CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'SHIPPED' THEN 2 WHEN 'DELIVERED' THEN 3 WHEN 'CANCELLED' THEN 4 END > ?) OR ((CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'SHIPPED' THEN 2 WHEN 'DELIVERED' THEN 3 WHEN 'CANCELLED' THEN 4 END = ?) AND (`orders`.`id` > ?))))
ORDER BY CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'SHIPPED' THEN 2 WHEN 'DELIVERED' THEN 3 WHEN 'CANCELLED' THEN 4 END ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, orderBy: {field: STATUS, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`notes`, `orders`.`cancel_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'SHIPPED' THEN 2 WHEN 'DELIVERED' THEN 3 WHEN 'CANCELLED' THEN 4 END DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "odeyA1szLDEwNF0", orderBy: {field: STATUS, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`notes`, `orders`.`cancel_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'SHIPPED' THEN 2 WHEN 'DELIVERED' THEN 3 WHEN 'CANCELLED' THEN 4 END <= ?) AND ((CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'SHIPPED' THEN 2 WHEN 'DELIVERED' THEN 3 WHEN 'CANCELLED' THEN 4 END < ?) OR ((CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'SHIPPED' THEN 2 WHEN 'DELIVERED' THEN 3 WHEN 'CANCELLED' THEN 4 END = ?) AND (`orders`.`id` < ?))))
ORDER BY CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'SHIPPED' THEN 2 WHEN 'DELIVERED' THEN 3 WHEN 'CANCELLED' THEN 4 END DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY
