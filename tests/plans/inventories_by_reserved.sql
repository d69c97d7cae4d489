-- Reads or sorts much: there is no index for this order.

-- { inventories(first: 2, orderBy: {field: RESERVED, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`reserved`, `inventory`.`id`
FROM `inventory`
ORDER BY `inventory`.`reserved` ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "l0eMBFswLDE2XQ", orderBy: {field: RESERVED, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`reserved`, `inventory`.`id`
FROM `inventory`
WHERE ((`inventory`.`reserved` >= ?) AND ((`inventory`.`reserved` > ?) OR ((`inventory`.`reserved` = ?) AND (`inventory`.`id` > ?))))
ORDER BY `inventory`.`reserved` ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, orderBy: {field: RESERVED, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`reserved`, `inventory`.`id`
FROM `inventory`
ORDER BY `inventory`.`reserved` DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "yWTmN1s0LDEyXQ", orderBy: {field: RESERVED, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`reserved`, `inventory`.`id`
FROM `inventory`
WHERE ((`inventory`.`reserved` <= ?) AND ((`inventory`.`reserved` < ?) OR ((`inventory`.`reserved` = ?) AND (`inventory`.`id` < ?))))
ORDER BY `inventory`.`reserved` DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY
