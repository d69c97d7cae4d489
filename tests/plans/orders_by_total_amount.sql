-- { orders(first: 2, orderBy: {field: TOTAL_AMOUNT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`total_amount`, `orders`.`id`
FROM `orders`
ORDER BY `orders`.`total_amount` ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders USING COVERING INDEX orders_total_amount

-- { orders(first: 2, after: "psrLoVs5NzUsMTA2XQ", orderBy: {field: TOTAL_AMOUNT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`total_amount`, `orders`.`id`
FROM `orders`
WHERE ((`orders`.`total_amount` >= ?) AND ((`orders`.`total_amount` > ?) OR ((`orders`.`total_amount` = ?) AND (`orders`.`id` > ?))))
ORDER BY `orders`.`total_amount` ASC, `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING COVERING INDEX orders_total_amount (total_amount>?)

-- { orders(first: 2, orderBy: {field: TOTAL_AMOUNT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`total_amount`, `orders`.`id`
FROM `orders`
ORDER BY `orders`.`total_amount` DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders USING COVERING INDEX orders_total_amount

-- { orders(first: 2, after: "EpSRe1sxMzQ5OSwxMDFd", orderBy: {field: TOTAL_AMOUNT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`total_amount`, `orders`.`id`
FROM `orders`
WHERE ((`orders`.`total_amount` <= ?) AND ((`orders`.`total_amount` < ?) OR ((`orders`.`total_amount` = ?) AND (`orders`.`id` < ?))))
ORDER BY `orders`.`total_amount` DESC, `orders`.`id` DESC
LIMIT ?;
--   SEARCH orders USING COVERING INDEX orders_total_amount (total_amount<?)
