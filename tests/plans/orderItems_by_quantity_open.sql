-- Reads or sorts much: there is no index for this order.

-- { orderItems(first: 2, orderBy: {field: QUANTITY_OPEN, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, ((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`), `order_items`.`id`
FROM `order_items`
ORDER BY ((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`) ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "Mtib4FswLDEwMDZd", orderBy: {field: QUANTITY_OPEN, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, ((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`), `order_items`.`id`
FROM `order_items`
WHERE ((((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`) >= ?) AND ((((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`) > ?) OR ((((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`) = ?) AND (`order_items`.`id` > ?))))
ORDER BY ((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`) ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, orderBy: {field: QUANTITY_OPEN, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, ((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`), `order_items`.`id`
FROM `order_items`
ORDER BY ((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`) DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "1T82EFs0LDEwMDRd", orderBy: {field: QUANTITY_OPEN, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, ((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`), `order_items`.`id`
FROM `order_items`
WHERE ((((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`) <= ?) AND ((((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`) < ?) OR ((((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`) = ?) AND (`order_items`.`id` < ?))))
ORDER BY ((`order_items`.`quantity` - `order_items`.`quantity_cancelled`) - `order_items`.`quantity_shipped`) DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY
