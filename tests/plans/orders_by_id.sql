-- { orders(first: 2, orderBy: {field: ID, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`id`
FROM `orders`
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SCAN orders

-- { orders(first: 2, after: "X8jVK1sxMDJd", orderBy: {field: ID, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`id`
FROM `orders`
WHERE (`orders`.`id` > ?)
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid>?)

-- { orders(first: 2, orderBy: {field: ID, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`id`
FROM `orders`
ORDER BY `orders`.`id` DESC
LIMIT ?;
--   SCAN orders

-- { orders(first: 2, after: "JdM1_1sxMDVd", orderBy: {field: ID, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`id`
FROM `orders`
WHERE (`orders`.`id` < ?)
ORDER BY `orders`.`id` DESC
LIMIT ?;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid<?)
