-- Reads or sorts much: a report over all of them.

-- { ordersAggregate { count sum { totalAmount } } }
SELECT COUNT(*), CAST(COALESCE(SUM(orders.total_amount >> 32), 0) AS BIGINT), CAST(COALESCE(SUM(orders.total_amount & 4294967295), 0) AS BIGINT), MIN(orders.total_amount), MAX(orders.total_amount)
FROM `orders`;
--   prepared anew each time
--   SCAN orders USING COVERING INDEX orders_total_amount
