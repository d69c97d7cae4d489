-- Reads or sorts much: there is no index for this order.

-- { inventories(first: 2, orderBy: {field: LAST_RESTOCK_DATE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`last_restock_date`, `inventory`.`id`
FROM `inventory`
ORDER BY (`inventory`.`last_restock_date` IS NULL) ASC, `inventory`.`last_restock_date` ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "B3sOmlsxNzY2MDE2MDAwMDAwMDAwLDEyXQ", orderBy: {field: LAST_RESTOCK_DATE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`last_restock_date`, `inventory`.`id`
FROM `inventory`
WHERE (((`inventory`.`last_restock_date` > ?) OR (`inventory`.`last_restock_date` IS NULL)) OR ((`inventory`.`last_restock_date` = ?) AND (`inventory`.`id` > ?)))
ORDER BY (`inventory`.`last_restock_date` IS NULL) ASC, `inventory`.`last_restock_date` ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, orderBy: {field: LAST_RESTOCK_DATE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`last_restock_date`, `inventory`.`id`
FROM `inventory`
ORDER BY (`inventory`.`last_restock_date` IS NULL) ASC, `inventory`.`last_restock_date` DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "sCwwrlsxNzY2MDE2MDAwMDAwMDAwLDExXQ", orderBy: {field: LAST_RESTOCK_DATE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`last_restock_date`, `inventory`.`id`
FROM `inventory`
WHERE (((`inventory`.`last_restock_date` < ?) OR (`inventory`.`last_restock_date` IS NULL)) OR ((`inventory`.`last_restock_date` = ?) AND (`inventory`.`id` < ?)))
ORDER BY (`inventory`.`last_restock_date` IS NULL) ASC, `inventory`.`last_restock_date` DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY
