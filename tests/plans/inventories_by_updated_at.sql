-- Reads or sorts much: there is no index for this order.

-- { inventories(first: 2, orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`updated_at`, `inventory`.`id`
FROM `inventory`
ORDER BY `inventory`.`updated_at` ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "wh4RdFsxNzY0NTQ3MjAwMDAwMDAwLDE2XQ", orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`updated_at`, `inventory`.`id`
FROM `inventory`
WHERE ((`inventory`.`updated_at` >= ?) AND ((`inventory`.`updated_at` > ?) OR ((`inventory`.`updated_at` = ?) AND (`inventory`.`id` > ?))))
ORDER BY `inventory`.`updated_at` ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`updated_at`, `inventory`.`id`
FROM `inventory`
ORDER BY `inventory`.`updated_at` DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "Xjqwc1sxNzY3MjU4MDAwMDAwMDAwLDEyXQ", orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`updated_at`, `inventory`.`id`
FROM `inventory`
WHERE ((`inventory`.`updated_at` <= ?) AND ((`inventory`.`updated_at` < ?) OR ((`inventory`.`updated_at` = ?) AND (`inventory`.`id` < ?))))
ORDER BY `inventory`.`updated_at` DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY
