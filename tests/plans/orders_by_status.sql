-- Reads or sorts much: there is no index for this order.

-- { orders(first: 2, orderBy: {field: STATUS, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'PARTIALLY_SHIPPED' THEN 2 WHEN 'SHIPPED' THEN 3 WHEN 'DELIVERED' THEN 4 WHEN 'RETURNED' THEN 5 WHEN 'CANCELLED' THEN 6 END ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "vJ2S-FswLDEwNl0", orderBy: {field: STATUS, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'PARTIALLY_SHIPPED' THEN 2 WHEN 'SHIPPED' THEN 3 WHEN 'DELIVERED' THEN 4 WHEN 'RETURNED' THEN 5 WHEN 'CANCELLED' THEN 6 END >= ?) AND ((CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'PARTIALLY_SHIPPED' THEN 2 WHEN 'SHIPPED' THEN 3 WHEN 'DELIVERED' THEN 4 WHEN 'RETURNED' THEN 5 WHEN 'CANCELLED' THEN 6 END > ?) OR ((CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'PARTIALLY_SHIPPED' THEN 2 WHEN 'SHIPPED' THEN 3 WHEN 'DELIVERED' THEN 4 WHEN 'RETURNED' THEN 5 WHEN 'CANCELLED' THEN 6 END = ?) AND (`orders`.`id` > ?))))
ORDER BY CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'PARTIALLY_SHIPPED' THEN 2 WHEN 'SHIPPED' THEN 3 WHEN 'DELIVERED' THEN 4 WHEN 'RETURNED' THEN 5 WHEN 'CANCELLED' THEN 6 END ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, orderBy: {field: STATUS, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'PARTIALLY_SHIPPED' THEN 2 WHEN 'SHIPPED' THEN 3 WHEN 'DELIVERED' THEN 4 WHEN 'RETURNED' THEN 5 WHEN 'CANCELLED' THEN 6 END DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "5bk-iVs0LDEwNF0", orderBy: {field: STATUS, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'PARTIALLY_SHIPPED' THEN 2 WHEN 'SHIPPED' THEN 3 WHEN 'DELIVERED' THEN 4 WHEN 'RETURNED' THEN 5 WHEN 'CANCELLED' THEN 6 END <= ?) AND ((CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'PARTIALLY_SHIPPED' THEN 2 WHEN 'SHIPPED' THEN 3 WHEN 'DELIVERED' THEN 4 WHEN 'RETURNED' THEN 5 WHEN 'CANCELLED' THEN 6 END < ?) OR ((CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'PARTIALLY_SHIPPED' THEN 2 WHEN 'SHIPPED' THEN 3 WHEN 'DELIVERED' THEN 4 WHEN 'RETURNED' THEN 5 WHEN 'CANCELLED' THEN 6 END = ?) AND (`orders`.`id` < ?))))
ORDER BY CASE orders.status WHEN 'PENDING' THEN 0 WHEN 'PROCESSING' THEN 1 WHEN 'PARTIALLY_SHIPPED' THEN 2 WHEN 'SHIPPED' THEN 3 WHEN 'DELIVERED' THEN 4 WHEN 'RETURNED' THEN 5 WHEN 'CANCELLED' THEN 6 END DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY
