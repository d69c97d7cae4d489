-- { orders(first: 2, orderBy: {field: ORDER_DATE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`order_date` ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders USING INDEX orders_order_date

-- { orders(first: 2, after: "OVLc1FsxNzY1NjE2NDAwMDAwMDAwLDEwNV0", orderBy: {field: ORDER_DATE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((`orders`.`order_date` >= ?) AND ((`orders`.`order_date` > ?) OR ((`orders`.`order_date` = ?) AND (`orders`.`id` > ?))))
ORDER BY `orders`.`order_date` ASC, `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INDEX orders_order_date (order_date>?)

-- { orders(first: 2, orderBy: {field: ORDER_DATE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`order_date` DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders USING INDEX orders_order_date

-- { orders(first: 2, after: "IICdfFsxNzY3MTcxNjAwMDAwMDAwLDEwMl0", orderBy: {field: ORDER_DATE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((`orders`.`order_date` <= ?) AND ((`orders`.`order_date` < ?) OR ((`orders`.`order_date` = ?) AND (`orders`.`id` < ?))))
ORDER BY `orders`.`order_date` DESC, `orders`.`id` DESC
LIMIT ?;
--   SEARCH orders USING INDEX orders_order_date (order_date<?)
