-- { orders(where: {orderDate: {gte: "2026-01-01T00:00:00Z", lt: "2026-02-01T00:00:00Z"}}, orderBy: {field: ORDER_DATE, direction: DESC}) { nodes { id } totalCount } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE ((`orders`.`order_date` < ?) AND (`orders`.`order_date` >= ?))
ORDER BY `orders`.`order_date` DESC, `orders`.`id` DESC
LIMIT ?;
--   SEARCH orders USING INDEX orders_order_date (order_date>? AND order_date<?)
SELECT COUNT(*)
FROM `orders`
WHERE ((`orders`.`order_date` < ?) AND (`orders`.`order_date` >= ?));
--   SEARCH orders USING COVERING INDEX orders_order_date (order_date>? AND order_date<?)
