-- { customers(first: 2, orderBy: {field: ID, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers

-- { customers(first: 2, after: "BxN2m1syXQ", orderBy: {field: ID, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE (`customers`.`id` > ?)
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid>?)

-- { customers(first: 2, orderBy: {field: ID, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`id` DESC
LIMIT ?;
--   SCAN customers

-- { customers(first: 2, after: "2N3lz1s0XQ", orderBy: {field: ID, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE (`customers`.`id` < ?)
ORDER BY `customers`.`id` DESC
LIMIT ?;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid<?)
