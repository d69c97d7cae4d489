-- Reads or sorts much: there is no index for this order.

-- { inventories(first: 2, orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`created_at`, `inventory`.`id`
FROM `inventory`
ORDER BY `inventory`.`created_at` ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "Civm7lsxNzY0NTQ3MjAwMDAwMDAwLDEyXQ", orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`created_at`, `inventory`.`id`
FROM `inventory`
WHERE ((`inventory`.`created_at` >= ?) AND ((`inventory`.`created_at` > ?) OR ((`inventory`.`created_at` = ?) AND (`inventory`.`id` > ?))))
ORDER BY `inventory`.`created_at` ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`created_at`, `inventory`.`id`
FROM `inventory`
ORDER BY `inventory`.`created_at` DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "Nq6xQVsxNzY0NTQ3MjAwMDAwMDAwLDE0XQ", orderBy: {field: CREATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`created_at`, `inventory`.`id`
FROM `inventory`
WHERE ((`inventory`.`created_at` <= ?) AND ((`inventory`.`created_at` < ?) OR ((`inventory`.`created_at` = ?) AND (`inventory`.`id` < ?))))
ORDER BY `inventory`.`created_at` DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY
