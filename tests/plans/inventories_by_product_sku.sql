-- Reads or sorts much: there is no index for this order.

-- { inventories(first: 2, orderBy: {field: PRODUCT_SKU, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, (SELECT `products`.`sku`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?), `inventory`.`id`
FROM `inventory`
ORDER BY (SELECT `products`.`sku`
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

-- { inventories(first: 2, after: "OwcN8FsiQ1VQLTIwMCIsMTJd", orderBy: {field: PRODUCT_SKU, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, (SELECT `products`.`sku`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?), `inventory`.`id`
FROM `inventory`
WHERE (((SELECT `products`.`sku`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) >= ?) AND (((SELECT `products`.`sku`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) > ?) OR (((SELECT `products`.`sku`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) = ?) AND (`inventory`.`id` > ?))))
ORDER BY (SELECT `products`.`sku`
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

-- { inventories(first: 2, orderBy: {field: PRODUCT_SKU, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, (SELECT `products`.`sku`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?), `inventory`.`id`
FROM `inventory`
ORDER BY (SELECT `products`.`sku`
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

-- { inventories(first: 2, after: "Y76jwVsiU1BOLTQwMCIsMTRd", orderBy: {field: PRODUCT_SKU, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `inventory`.`id`, (SELECT `products`.`sku`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?), `inventory`.`id`
FROM `inventory`
WHERE (((SELECT `products`.`sku`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) <= ?) AND (((SELECT `products`.`sku`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) < ?) OR (((SELECT `products`.`sku`
FROM `products`
WHERE (`products`.`id` = `inventory`.`product_id`)
LIMIT ?) = ?) AND (`inventory`.`id` < ?))))
ORDER BY (SELECT `products`.`sku`
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
