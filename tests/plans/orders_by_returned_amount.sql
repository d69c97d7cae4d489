-- Reads or sorts much: there is no index for this order.

-- { orders(first: 2, orderBy: {field: RETURNED_AMOUNT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`returned_amount`, `orders`.`id`
FROM `orders`
ORDER BY `orders`.`returned_amount` ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "YQJKp1swLDEwMl0", orderBy: {field: RETURNED_AMOUNT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`returned_amount`, `orders`.`id`
FROM `orders`
WHERE ((`orders`.`returned_amount` >= ?) AND ((`orders`.`returned_amount` > ?) OR ((`orders`.`returned_amount` = ?) AND (`orders`.`id` > ?))))
ORDER BY `orders`.`returned_amount` ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, orderBy: {field: RETURNED_AMOUNT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`returned_amount`, `orders`.`id`
FROM `orders`
ORDER BY `orders`.`returned_amount` DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(first: 2, after: "yeXV7lswLDEwNV0", orderBy: {field: RETURNED_AMOUNT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`returned_amount`, `orders`.`id`
FROM `orders`
WHERE ((`orders`.`returned_amount` <= ?) AND ((`orders`.`returned_amount` < ?) OR ((`orders`.`returned_amount` = ?) AND (`orders`.`id` < ?))))
ORDER BY `orders`.`returned_amount` DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders
--   USE TEMP B-TREE FOR ORDER BY
