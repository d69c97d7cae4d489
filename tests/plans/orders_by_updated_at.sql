-- { orders(first: 2, orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`updated_at` ASC, `orders`.`id` ASC
LIMIT ?;
--   SCAN orders USING INDEX orders_updated_at

-- { orders(first: 2, after: "USZ1K1sxNzY1NzAyODAwMDAwMDAwLDEwNl0", orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((`orders`.`updated_at` >= ?) AND ((`orders`.`updated_at` > ?) OR ((`orders`.`updated_at` = ?) AND (`orders`.`id` > ?))))
ORDER BY `orders`.`updated_at` ASC, `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INDEX orders_updated_at (updated_at>?)

-- { orders(first: 2, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`updated_at` DESC, `orders`.`id` DESC
LIMIT ?;
--   SCAN orders USING INDEX orders_updated_at

-- { orders(first: 2, after: "nDBchVsxNzY3MjU4MDAwMDAwMDAwLDEwMV0", orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((`orders`.`updated_at` <= ?) AND ((`orders`.`updated_at` < ?) OR ((`orders`.`updated_at` = ?) AND (`orders`.`id` < ?))))
ORDER BY `orders`.`updated_at` DESC, `orders`.`id` DESC
LIMIT ?;
--   SEARCH orders USING INDEX orders_updated_at (updated_at<?)
