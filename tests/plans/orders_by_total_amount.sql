-- { orders(first: 2, orderBy: {field: TOTAL_AMOUNT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`total_amount` ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders USING INDEX orders_total_amount

-- { orders(first: 2, after: "psrLoVs5NzUsMTA2XQ", orderBy: {field: TOTAL_AMOUNT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((`orders`.`total_amount` >= ?) AND ((`orders`.`total_amount` > ?) OR ((`orders`.`total_amount` = ?) AND (`orders`.`id` > ?))))
ORDER BY `orders`.`total_amount` ASC, `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INDEX orders_total_amount (total_amount>?)

-- { orders(first: 2, orderBy: {field: TOTAL_AMOUNT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`total_amount` DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders USING INDEX orders_total_amount

-- { orders(first: 2, after: "EpSRe1sxMzQ5OSwxMDFd", orderBy: {field: TOTAL_AMOUNT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((`orders`.`total_amount` <= ?) AND ((`orders`.`total_amount` < ?) OR ((`orders`.`total_amount` = ?) AND (`orders`.`id` < ?))))
ORDER BY `orders`.`total_amount` DESC, `orders`.`id` DESC
LIMIT ?;
--   SEARCH orders USING INDEX orders_total_amount (total_amount<?)
