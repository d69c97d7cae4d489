-- Reads or sorts much: a report over all of them.

-- { topCustomers(limit: 3) { customer { id } orderCount } }
SELECT `orders`.`customer_id`, COUNT(*), CAST(COALESCE(SUM((orders.total_amount - orders.returned_amount) >> 32), 0) AS BIGINT), CAST(COALESCE(SUM((orders.total_amount - orders.returned_amount) & 4294967295), 0) AS BIGINT)
FROM `orders`
WHERE  NOT (coalesce((`orders`.`status` = ?), ?))
GROUP BY `orders`.`customer_id`
ORDER BY COUNT(*) DESC, `orders`.`customer_id` ASC
LIMIT ?;
--   prepared anew each time
--   SCAN orders USING INDEX orders_customer_id
--   USE TEMP B-TREE FOR ORDER BY
SELECT `customers`.`id`
FROM json_each(?) AS parent
CROSS JOIN `customers`
WHERE `customers`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)

-- { topCustomers(limit: 3, by: TOTAL_AMOUNT) { customer { id } totalAmount } }
SELECT `orders`.`customer_id`, COUNT(*), CAST(COALESCE(SUM((orders.total_amount - orders.returned_amount) >> 32), 0) AS BIGINT), CAST(COALESCE(SUM((orders.total_amount - orders.returned_amount) & 4294967295), 0) AS BIGINT)
FROM `orders`
WHERE  NOT (coalesce((`orders`.`status` = ?), ?))
GROUP BY `orders`.`customer_id`
ORDER BY CAST(SUM((orders.total_amount - orders.returned_amount) >> 32) AS BIGINT) + (CAST(SUM((orders.total_amount - orders.returned_amount) & 4294967295) AS BIGINT) >> 32) DESC, CAST(SUM((orders.total_amount - orders.returned_amount) & 4294967295) AS BIGINT) & 4294967295 DESC, `orders`.`customer_id` ASC
LIMIT ?;
--   prepared anew each time
--   SCAN orders USING INDEX orders_customer_id
--   USE TEMP B-TREE FOR ORDER BY
SELECT `customers`.`id`
FROM json_each(?) AS parent
CROSS JOIN `customers`
WHERE `customers`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
