-- Reads or sorts much: there is no index for this order.

-- { orderItems(first: 2, orderBy: {field: QUANTITY, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`quantity` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "72RWe1sxLDEwMDdd", orderBy: {field: QUANTITY, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`quantity` >= ?) AND ((`order_items`.`quantity` > ?) OR ((`order_items`.`quantity` = ?) AND (`order_items`.`id` > ?))))
ORDER BY `order_items`.`quantity` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, orderBy: {field: QUANTITY, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`quantity` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "lpYdnlsxMCwxMDAxXQ", orderBy: {field: QUANTITY, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`quantity`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`quantity` <= ?) AND ((`order_items`.`quantity` < ?) OR ((`order_items`.`quantity` = ?) AND (`order_items`.`id` < ?))))
ORDER BY `order_items`.`quantity` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY
