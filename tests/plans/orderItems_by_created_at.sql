-- Reads or sorts much: there is no index for this order.

-- { orderItems(first: 2, orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`created_at`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`created_at` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "iR7lIVsxNzY1NTMwMDAwMDAwMDAwLDEwMDdd", orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`created_at`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`created_at` >= ?) AND ((`order_items`.`created_at` > ?) OR ((`order_items`.`created_at` = ?) AND (`order_items`.`id` > ?))))
ORDER BY `order_items`.`created_at` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`created_at`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`created_at` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "oGJbmlsxNzY3MjU4MDAwMDAwMDAwLDEwMDFd", orderBy: {field: CREATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`created_at`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`created_at` <= ?) AND ((`order_items`.`created_at` < ?) OR ((`order_items`.`created_at` = ?) AND (`order_items`.`id` < ?))))
ORDER BY `order_items`.`created_at` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY
