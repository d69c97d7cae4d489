-- Reads or sorts much: there is no index for this order.

-- { orderItems(first: 2, orderBy: {field: QUANTITY_SHIPPED, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity_shipped`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`quantity_shipped` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "tJEj3VswLDEwMDJd", orderBy: {field: QUANTITY_SHIPPED, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity_shipped`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`quantity_shipped` >= ?) AND ((`order_items`.`quantity_shipped` > ?) OR ((`order_items`.`quantity_shipped` = ?) AND (`order_items`.`id` > ?))))
ORDER BY `order_items`.`quantity_shipped` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, orderBy: {field: QUANTITY_SHIPPED, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity_shipped`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`quantity_shipped` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "UjgBfls2LDEwMDVd", orderBy: {field: QUANTITY_SHIPPED, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity_shipped`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`quantity_shipped` <= ?) AND ((`order_items`.`quantity_shipped` < ?) OR ((`order_items`.`quantity_shipped` = ?) AND (`order_items`.`id` < ?))))
ORDER BY `order_items`.`quantity_shipped` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY
