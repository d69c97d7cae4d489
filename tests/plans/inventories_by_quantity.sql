-- Reads or sorts much: there is no index for this order.

-- { inventories(first: 2, orderBy: {field: QUANTITY, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`quantity`, `inventory`.`id`
FROM `inventory`
ORDER BY `inventory`.`quantity` ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "-VXko1s1LDEzXQ", orderBy: {field: QUANTITY, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`quantity`, `inventory`.`id`
FROM `inventory`
WHERE ((`inventory`.`quantity` >= ?) AND ((`inventory`.`quantity` > ?) OR ((`inventory`.`quantity` = ?) AND (`inventory`.`id` > ?))))
ORDER BY `inventory`.`quantity` ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, orderBy: {field: QUANTITY, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`quantity`, `inventory`.`id`
FROM `inventory`
ORDER BY `inventory`.`quantity` DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "uNW7RFs1MCwxNl0", orderBy: {field: QUANTITY, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`quantity`, `inventory`.`id`
FROM `inventory`
WHERE ((`inventory`.`quantity` <= ?) AND ((`inventory`.`quantity` < ?) OR ((`inventory`.`quantity` = ?) AND (`inventory`.`id` < ?))))
ORDER BY `inventory`.`quantity` DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY
