-- Reads or sorts much: there is no index for this order.

-- { inventories(first: 2, orderBy: {field: AVAILABLE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, (`inventory`.`quantity` - `inventory`.`reserved`), `inventory`.`id`
FROM `inventory`
ORDER BY (`inventory`.`quantity` - `inventory`.`reserved`) ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "nfZaaVsyLDEzXQ", orderBy: {field: AVAILABLE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, (`inventory`.`quantity` - `inventory`.`reserved`), `inventory`.`id`
FROM `inventory`
WHERE (((`inventory`.`quantity` - `inventory`.`reserved`) >= ?) AND (((`inventory`.`quantity` - `inventory`.`reserved`) > ?) OR (((`inventory`.`quantity` - `inventory`.`reserved`) = ?) AND (`inventory`.`id` > ?))))
ORDER BY (`inventory`.`quantity` - `inventory`.`reserved`) ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, orderBy: {field: AVAILABLE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, (`inventory`.`quantity` - `inventory`.`reserved`), `inventory`.`id`
FROM `inventory`
ORDER BY (`inventory`.`quantity` - `inventory`.`reserved`) DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "p2z8c1s1MCwxNl0", orderBy: {field: AVAILABLE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, (`inventory`.`quantity` - `inventory`.`reserved`), `inventory`.`id`
FROM `inventory`
WHERE (((`inventory`.`quantity` - `inventory`.`reserved`) <= ?) AND (((`inventory`.`quantity` - `inventory`.`reserved`) < ?) OR (((`inventory`.`quantity` - `inventory`.`reserved`) = ?) AND (`inventory`.`id` < ?))))
ORDER BY (`inventory`.`quantity` - `inventory`.`reserved`) DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory
--   USE TEMP B-TREE FOR ORDER BY
