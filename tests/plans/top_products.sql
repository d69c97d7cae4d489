-- Reads or sorts much: a report over all of them.

-- { topProducts(limit: 3) { product { id } unitsSold } }
SELECT `order_items`.`product_id`, CAST(SUM((order_items.quantity - order_items.quantity_cancelled - order_items.quantity_returned)) AS BIGINT), CAST(COALESCE(SUM((order_items.subtotal - order_items.unit_price * order_items.quantity_returned) >> 32), 0) AS BIGINT), CAST(COALESCE(SUM((order_items.subtotal - order_items.unit_price * order_items.quantity_returned) & 4294967295), 0) AS BIGINT)
FROM `order_items`
WHERE ((order_items.quantity - order_items.quantity_cancelled - order_items.quantity_returned) > 0 AND `order_items`.`order_id` IN (SELECT `orders`.`id`
FROM `orders`
WHERE  NOT (coalesce((`orders`.`status` = ?), ?))))
GROUP BY `order_items`.`product_id`
ORDER BY CAST(SUM((order_items.quantity - order_items.quantity_cancelled - order_items.quantity_returned)) AS BIGINT) DESC, `order_items`.`product_id` ASC
LIMIT ?;
--   prepared anew each time
--   SEARCH order_items USING INDEX order_items_order_id (order_id=?)
--   LIST SUBQUERY 1
--     SCAN orders USING COVERING INDEX orders_status
--   USE TEMP B-TREE FOR GROUP BY
--   USE TEMP B-TREE FOR ORDER BY
SELECT `products`.`id`
FROM json_each(?) AS parent
CROSS JOIN `products`
WHERE `products`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)

-- { topProducts(limit: 3, by: REVENUE) { product { id } revenue } }
SELECT `order_items`.`product_id`, CAST(SUM((order_items.quantity - order_items.quantity_cancelled - order_items.quantity_returned)) AS BIGINT), CAST(COALESCE(SUM((order_items.subtotal - order_items.unit_price * order_items.quantity_returned) >> 32), 0) AS BIGINT), CAST(COALESCE(SUM((order_items.subtotal - order_items.unit_price * order_items.quantity_returned) & 4294967295), 0) AS BIGINT)
FROM `order_items`
WHERE ((order_items.quantity - order_items.quantity_cancelled - order_items.quantity_returned) > 0 AND `order_items`.`order_id` IN (SELECT `orders`.`id`
FROM `orders`
WHERE  NOT (coalesce((`orders`.`status` = ?), ?))))
GROUP BY `order_items`.`product_id`
ORDER BY CAST(SUM((order_items.subtotal - order_items.unit_price * order_items.quantity_returned) >> 32) AS BIGINT) + (CAST(SUM((order_items.subtotal - order_items.unit_price * order_items.quantity_returned) & 4294967295) AS BIGINT) >> 32) DESC, CAST(SUM((order_items.subtotal - order_items.unit_price * order_items.quantity_returned) & 4294967295) AS BIGINT) & 4294967295 DESC, `order_items`.`product_id` ASC
LIMIT ?;
--   prepared anew each time
--   SEARCH order_items USING INDEX order_items_order_id (order_id=?)
--   LIST SUBQUERY 1
--     SCAN orders USING COVERING INDEX orders_status
--   USE TEMP B-TREE FOR GROUP BY
--   USE TEMP B-TREE FOR ORDER BY
SELECT `products`.`id`
FROM json_each(?) AS parent
CROSS JOIN `products`
WHERE `products`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
