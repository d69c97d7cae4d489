-- Reads or sorts much: there is no index for this order.

-- { orders(first: 2, orderBy: {field: REFERENCE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY (`orders`.`reference` IS NULL) ASC, `orders`.`reference` ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "68Ygo1siQS0xMDIiLDEwMl0", orderBy: {field: REFERENCE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE (((`orders`.`reference` > ?) OR (`orders`.`reference` IS NULL)) OR ((`orders`.`reference` = ?) AND (`orders`.`id` > ?)))
ORDER BY (`orders`.`reference` IS NULL) ASC, `orders`.`reference` ASC, `orders`.`id` ASC
LIMIT ?;
--   MULTI-INDEX OR
--     INDEX 1
--       SEARCH orders USING INDEX sqlite_autoindex_orders_1 (reference>?)
--     INDEX 2
--       SEARCH orders USING INDEX sqlite_autoindex_orders_1 (reference=?)
--     INDEX 3
--       SEARCH orders USING INDEX sqlite_autoindex_orders_1 (reference=? AND rowid>?)
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, orderBy: {field: REFERENCE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY (`orders`.`reference` IS NULL) ASC, `orders`.`reference` DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "bM8Th1siQS0xMDUiLDEwNV0", orderBy: {field: REFERENCE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE (((`orders`.`reference` < ?) OR (`orders`.`reference` IS NULL)) OR ((`orders`.`reference` = ?) AND (`orders`.`id` < ?)))
ORDER BY (`orders`.`reference` IS NULL) ASC, `orders`.`reference` DESC, `orders`.`id` DESC
LIMIT ?;
--   MULTI-INDEX OR
--     INDEX 1
--       SEARCH orders USING INDEX sqlite_autoindex_orders_1 (reference<?)
--     INDEX 2
--       SEARCH orders USING INDEX sqlite_autoindex_orders_1 (reference=?)
--     INDEX 3
--       SEARCH orders USING INDEX sqlite_autoindex_orders_1 (reference=? AND rowid<?)
--   USE TEMP B-TREE FOR ORDER BY
