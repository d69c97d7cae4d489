-- Reads or sorts much: a report over all of them.

-- { ordersAggregate { count sum { totalAmount } } }
SELECT COUNT(*), CAST(COALESCE(SUM(orders.total_amount >> 32), 0) AS BIGINT), CAST(COALESCE(SUM(orders.total_amount & 4294967295), 0) AS BIGINT), MIN(orders.total_amount), MAX(orders.total_amount), CAST(COALESCE(SUM(orders.returned_amount >> 32), 0) AS BIGINT), CAST(COALESCE(SUM(orders.returned_amount & 4294967295), 0) AS BIGINT), MIN(orders.returned_amount), MAX(orders.returned_amount)
FROM `orders`;
--   prepared anew each time
--   SCAN orders
