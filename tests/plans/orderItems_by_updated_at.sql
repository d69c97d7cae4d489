-- Reads or sorts much: there is no index for this order.

-- { orderItems(first: 2, orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`updated_at`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`updated_at` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "S3RbxVsxNzY1NzAyODAwMDAwMDAwLDEwMDld", orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`updated_at`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`updated_at` >= ?) AND ((`order_items`.`updated_at` > ?) OR ((`order_items`.`updated_at` = ?) AND (`order_items`.`id` > ?))))
ORDER BY `order_items`.`updated_at` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`updated_at`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`updated_at` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "Y0EQ4lsxNzY3MjU4MDAwMDAwMDAwLDEwMDFd", orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`updated_at`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`updated_at` <= ?) AND ((`order_items`.`updated_at` < ?) OR ((`order_items`.`updated_at` = ?) AND (`order_items`.`id` < ?))))
ORDER BY `order_items`.`updated_at` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY
