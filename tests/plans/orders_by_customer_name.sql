-- Reads or sorts much: there is no index for this order.

-- { orders(first: 2, orderBy: {field: CUSTOMER_NAME, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, (SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?)
FROM `orders`
ORDER BY (SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?) ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   CORRELATED SCALAR SUBQUERY 2
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 1
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "HbV2r1siQWRhIExvdmVsYWNlIiwxMDNd", orderBy: {field: CUSTOMER_NAME, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, (SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?)
FROM `orders`
WHERE (((SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?) >= ?) AND (((SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?) > ?) OR (((SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?) = ?) AND (`orders`.`id` > ?))))
ORDER BY (SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?) ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   CORRELATED SCALAR SUBQUERY 2
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 3
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 4
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 5
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 1
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, orderBy: {field: CUSTOMER_NAME, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, (SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?)
FROM `orders`
ORDER BY (SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?) DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   CORRELATED SCALAR SUBQUERY 2
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 1
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "AGTlY1siWm_DqyDDhW5nc3Ryw7ZtIiwxMDJd", orderBy: {field: CUSTOMER_NAME, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, (SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?)
FROM `orders`
WHERE (((SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?) <= ?) AND (((SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?) < ?) OR (((SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?) = ?) AND (`orders`.`id` < ?))))
ORDER BY (SELECT `customers`.`name`
FROM `customers`
WHERE (`customers`.`id` = `orders`.`customer_id`)
LIMIT ?) DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   CORRELATED SCALAR SUBQUERY 2
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 3
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 4
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 5
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 1
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   USE TEMP B-TREE FOR ORDER BY
