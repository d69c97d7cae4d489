-- { orders(first: 2) { nodes { events { nodes { id } pageInfo { endCursor } } } } }
SELECT `orders`.`id`
FROM `orders`
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
SELECT `events`.`id`, `events`.`order_id`, `events`.`id`
FROM json_each(?) AS parent
CROSS JOIN `events` ON `events`.`id` IN (SELECT `events`.`id`
FROM `events`
WHERE `events`.`order_id` = parent.value AND (`events`.`quantity` IS NULL)
ORDER BY `events`.`id` ASC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH events USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH events USING INDEX events_order_id (order_id=?)

-- { orders(first: 2) { nodes { events(last: 1) { nodes { items { itemId } order { id } } } } } }
SELECT `orders`.`id`
FROM `orders`
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
SELECT `events`.`id`, `events`.`order_id`
FROM json_each(?) AS parent
CROSS JOIN `events` ON `events`.`id` IN (SELECT `events`.`id`
FROM `events`
WHERE `events`.`order_id` = parent.value AND (`events`.`quantity` IS NULL)
ORDER BY `events`.`id` DESC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH events USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH events USING INDEX events_order_id (order_id=?)
