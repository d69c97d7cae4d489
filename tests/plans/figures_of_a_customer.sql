-- { customers(first: 2) { nodes { ordersAggregate { count sum { totalAmount } } } } }
SELECT `customers`.`id`
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
SELECT `orders`.`customer_id`, COUNT(*), CAST(COALESCE(SUM(orders.total_amount >> 32), 0) AS BIGINT), CAST(COALESCE(SUM(orders.total_amount & 4294967295), 0) AS BIGINT), MIN(orders.total_amount), MAX(orders.total_amount), CAST(COALESCE(SUM(orders.returned_amount >> 32), 0) AS BIGINT), CAST(COALESCE(SUM(orders.returned_amount & 4294967295), 0) AS BIGINT), MIN(orders.returned_amount), MAX(orders.returned_amount)
FROM `orders`
WHERE `orders`.`customer_id` IN (SELECT value
FROM json_each(?))
GROUP BY `orders`.`customer_id`;
--   SEARCH orders USING INDEX orders_customer_id (customer_id=?)
--   LIST SUBQUERY 1
--     SCAN json_each VIRTUAL TABLE INDEX 1:
