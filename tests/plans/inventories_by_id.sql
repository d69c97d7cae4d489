-- { inventories(first: 2, orderBy: {field: ID, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`id`
FROM `inventory`
ORDER BY `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory

-- { inventories(first: 2, after: "mm3oL1sxMl0", orderBy: {field: ID, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`id`
FROM `inventory`
WHERE (`inventory`.`id` > ?)
ORDER BY `inventory`.`id` ASC
LIMIT ?;
--   SEARCH inventory USING INTEGER PRIMARY KEY (rowid>?)

-- { inventories(first: 2, orderBy: {field: ID, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`id`
FROM `inventory`
ORDER BY `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory

-- { inventories(first: 2, after: "nPI1a1sxNF0", orderBy: {field: ID, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, `inventory`.`id`
FROM `inventory`
WHERE (`inventory`.`id` < ?)
ORDER BY `inventory`.`id` DESC
LIMIT ?;
--   SEARCH inventory USING INTEGER PRIMARY KEY (rowid<?)
