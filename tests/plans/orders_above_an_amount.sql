-- { orders(where: {totalAmount: {gte: "100.00"}}, orderBy: {field: TOTAL_AMOUNT, direction: DESC}) { nodes { id } totalCount } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE (`orders`.`total_amount` >= ?)
ORDER BY `orders`.`total_amount` DESC, `orders`.`id` DESC
LIMIT ?;
--   SEARCH orders USING INDEX orders_total_amount (total_amount>?)
SELECT COUNT(*)
FROM `orders`
WHERE (`orders`.`total_amount` >= ?);
--   SEARCH orders USING COVERING INDEX orders_total_amount (total_amount>?)
