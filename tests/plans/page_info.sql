-- { orders(first: 2) { pageInfo { hasNextPage endCursor } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SCAN orders

-- { orders(first: 2, after: "X8jVK1sxMDJd") { pageInfo { hasPreviousPage hasNextPage } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE (`orders`.`id` > ?)
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid>?)
SELECT `orders`.`id`
FROM `orders`
WHERE ((`orders`.`id` < ?) OR (? AND (`orders`.`id` = ?)))
LIMIT ?;
--   MULTI-INDEX OR
--     INDEX 1
--       SEARCH orders USING INTEGER PRIMARY KEY (rowid<?)
--     INDEX 2
--       SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
