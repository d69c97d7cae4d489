-- { orders(first: 2) { nodes { items { nodes { id } pageInfo { endCursor } } } } }
SELECT `orders`.`id`
FROM `orders`
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`id`
FROM json_each(?) AS parent
CROSS JOIN `order_items` ON `order_items`.`id` IN (SELECT `order_items`.`id`
FROM `order_items`
WHERE `order_items`.`order_id` = parent.value
ORDER BY `order_items`.`id` ASC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH order_items USING COVERING INDEX order_items_order_id (order_id=?)

-- { orders(first: 2) { nodes { items(first: 1, after: "Mv2q0FsxMDAyXQ") { nodes { id } pageInfo { hasPreviousPage } } } } }
SELECT `orders`.`id`
FROM `orders`
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
SELECT `order_items`.`id`, `order_items`.`order_id`
FROM json_each(?) AS parent
CROSS JOIN `order_items` ON `order_items`.`id` IN (SELECT `order_items`.`id`
FROM `order_items`
WHERE `order_items`.`order_id` = parent.value AND (`order_items`.`id` > ?)
ORDER BY `order_items`.`id` ASC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH order_items USING COVERING INDEX order_items_order_id (order_id=? AND id>?)
SELECT DISTINCT `order_items`.`order_id`
FROM json_each(?) AS parent
CROSS JOIN `order_items`
WHERE `order_items`.`order_id` = parent.value AND ((`order_items`.`id` < ?) OR (? AND (`order_items`.`id` = ?)));
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH order_items USING COVERING INDEX order_items_order_id (order_id=?)
--   USE TEMP B-TREE FOR DISTINCT
