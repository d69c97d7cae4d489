-- { orders(first: 2) { pageInfo { hasNextPage endCursor } } }
SELECT `orders`.`id`
FROM `orders`
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SCAN orders

-- { orders(first: 2, after: "X8jVK1sxMDJd") { pageInfo { hasPreviousPage hasNextPage } } }
SELECT 1
FROM `orders`
WHERE (`orders`.`id` > ?)
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid>?)
SELECT 1
FROM `orders`
WHERE ((`orders`.`id` < ?) OR (? AND (`orders`.`id` = ?)))
LIMIT ?;
--   MULTI-INDEX OR
--     INDEX 1
--       SEARCH orders USING INTEGER PRIMARY KEY (rowid<?)
--     INDEX 2
--       SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
