-- Reads or sorts much: there is no index for this order.

-- { inventories(first: 2, orderBy: {field: REORDER_LEVEL, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`reorder_level`, `inventory`.`id`
FROM `inventory`
ORDER BY `inventory`.`reorder_level` ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "WRGZXFs1LDEzXQ", orderBy: {field: REORDER_LEVEL, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`reorder_level`, `inventory`.`id`
FROM `inventory`
WHERE ((`inventory`.`reorder_level` >= ?) AND ((`inventory`.`reorder_level` > ?) OR ((`inventory`.`reorder_level` = ?) AND (`inventory`.`id` > ?))))
ORDER BY `inventory`.`reorder_level` ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, orderBy: {field: REORDER_LEVEL, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`reorder_level`, `inventory`.`id`
FROM `inventory`
ORDER BY `inventory`.`reorder_level` DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "UIC8VFsxMCwxNF0", orderBy: {field: REORDER_LEVEL, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`reorder_level`, `inventory`.`id`
FROM `inventory`
WHERE ((`inventory`.`reorder_level` <= ?) AND ((`inventory`.`reorder_level` < ?) OR ((`inventory`.`reorder_level` = ?) AND (`inventory`.`id` < ?))))
ORDER BY `inventory`.`reorder_level` DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY
