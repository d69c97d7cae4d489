-- Reads or sorts much: there is no index for this order.

-- { orderItems(first: 2, orderBy: {field: QUANTITY_CANCELLED, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity_cancelled`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`quantity_cancelled` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "Y6jXMFswLDEwMDJd", orderBy: {field: QUANTITY_CANCELLED, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity_cancelled`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`quantity_cancelled` >= ?) AND ((`order_items`.`quantity_cancelled` > ?) OR ((`order_items`.`quantity_cancelled` = ?) AND (`order_items`.`id` > ?))))
ORDER BY `order_items`.`quantity_cancelled` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, orderBy: {field: QUANTITY_CANCELLED, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity_cancelled`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`quantity_cancelled` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "hQ94XlswLDEwMDld", orderBy: {field: QUANTITY_CANCELLED, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity_cancelled`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`quantity_cancelled` <= ?) AND ((`order_items`.`quantity_cancelled` < ?) OR ((`order_items`.`quantity_cancelled` = ?) AND (`order_items`.`id` < ?))))
ORDER BY `order_items`.`quantity_cancelled` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY
