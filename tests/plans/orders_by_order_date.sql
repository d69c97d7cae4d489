-- { orders(first: 2, orderBy: {field: ORDER_DATE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`order_date`, `orders`.`id`
FROM `orders`
ORDER BY `orders`.`order_date` ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders USING COVERING INDEX orders_order_date

-- { orders(first: 2, after: "OVLc1FsxNzY1NjE2NDAwMDAwMDAwLDEwNV0", orderBy: {field: ORDER_DATE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`order_date`, `orders`.`id`
FROM `orders`
WHERE ((`orders`.`order_date` >= ?) AND ((`orders`.`order_date` > ?) OR ((`orders`.`order_date` = ?) AND (`orders`.`id` > ?))))
ORDER BY `orders`.`order_date` ASC, `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING COVERING INDEX orders_order_date (order_date>?)

-- { orders(first: 2, orderBy: {field: ORDER_DATE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`order_date`, `orders`.`id`
FROM `orders`
ORDER BY `orders`.`order_date` DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders USING COVERING INDEX orders_order_date

-- { orders(first: 2, after: "IICdfFsxNzY3MTcxNjAwMDAwMDAwLDEwMl0", orderBy: {field: ORDER_DATE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`order_date`, `orders`.`id`
FROM `orders`
WHERE ((`orders`.`order_date` <= ?) AND ((`orders`.`order_date` < ?) OR ((`orders`.`order_date` = ?) AND (`orders`.`id` < ?))))
ORDER BY `orders`.`order_date` DESC, `orders`.`id` DESC
LIMIT ?;
--   SEARCH orders USING COVERING INDEX orders_order_date (order_date<?)
