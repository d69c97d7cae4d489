-- Reads or sorts much: there is no index for this order.

-- { orderItems(first: 2, orderBy: {field: QUANTITY_RETURNED, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity_returned`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`quantity_returned` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "8wtNbVswLDEwMDJd", orderBy: {field: QUANTITY_RETURNED, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity_returned`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`quantity_returned` >= ?) AND ((`order_items`.`quantity_returned` > ?) OR ((`order_items`.`quantity_returned` = ?) AND (`order_items`.`id` > ?))))
ORDER BY `order_items`.`quantity_returned` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, orderBy: {field: QUANTITY_RETURNED, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity_returned`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`quantity_returned` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "KPUihlswLDEwMDhd", orderBy: {field: QUANTITY_RETURNED, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity_returned`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`quantity_returned` <= ?) AND ((`order_items`.`quantity_returned` < ?) OR ((`order_items`.`quantity_returned` = ?) AND (`order_items`.`id` < ?))))
ORDER BY `order_items`.`quantity_returned` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY
