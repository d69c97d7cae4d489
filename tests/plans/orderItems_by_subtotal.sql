-- Reads or sorts much: there is no index for this order.

-- { orderItems(first: 2, orderBy: {field: SUBTOTAL, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`subtotal`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`subtotal` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "_-WkSFs5NzUsMTAwOV0", orderBy: {field: SUBTOTAL, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`subtotal`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`subtotal` >= ?) AND ((`order_items`.`subtotal` > ?) OR ((`order_items`.`subtotal` = ?) AND (`order_items`.`id` > ?))))
ORDER BY `order_items`.`subtotal` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, orderBy: {field: SUBTOTAL, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`subtotal`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`subtotal` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "zamGYFs4OTk5LDEwMDJd", orderBy: {field: SUBTOTAL, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`subtotal`, `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`subtotal` <= ?) AND ((`order_items`.`subtotal` < ?) OR ((`order_items`.`subtotal` = ?) AND (`order_items`.`id` < ?))))
ORDER BY `order_items`.`subtotal` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY
