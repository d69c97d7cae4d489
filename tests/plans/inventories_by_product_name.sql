-- Reads or sorts much: there is no index for this order.

-- { inventories(first: 2, orderBy: {field: PRODUCT_NAME, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, (SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?), `inventory`.`id`
FROM `inventory`
ORDER BY (SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory USING COVERING INDEX sqlite_autoindex_inventory_1
--   CORRELATED SCALAR SUBQUERY 2
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 1
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "jTh9C1siR3JlZW4gdGVhIiwxMV0", orderBy: {field: PRODUCT_NAME, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, (SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?), `inventory`.`id`
FROM `inventory`
WHERE (((SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) >= ?) AND (((SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) > ?) OR (((SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) = ?) AND (`inventory`.`id` > ?))))
ORDER BY (SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) ASC, `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory USING COVERING INDEX sqlite_autoindex_inventory_1
--   CORRELATED SCALAR SUBQUERY 2
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 3
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 4
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 5
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 1
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, orderBy: {field: PRODUCT_NAME, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, (SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?), `inventory`.`id`
FROM `inventory`
ORDER BY (SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory USING COVERING INDEX sqlite_autoindex_inventory_1
--   CORRELATED SCALAR SUBQUERY 2
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 1
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   USE TEMP B-TREE FOR ORDER BY

-- { inventories(first: 2, after: "i7LioFsiUG9yY2VsYWluIGN1cCIsMTJd", orderBy: {field: PRODUCT_NAME, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, (SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?), `inventory`.`id`
FROM `inventory`
WHERE (((SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) <= ?) AND (((SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) < ?) OR (((SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) = ?) AND (`inventory`.`id` < ?))))
ORDER BY (SELECT `products`.`name`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) DESC, `inventory`.`id` DESC
LIMIT ?;
--   SCAN inventory USING COVERING INDEX sqlite_autoindex_inventory_1
--   CORRELATED SCALAR SUBQUERY 2
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 3
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 4
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 5
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 1
--     SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   USE TEMP B-TREE FOR ORDER BY
