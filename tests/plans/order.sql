-- { order(by: {id: "ord_101"}) { id } }
SELECT `orders`.`id`
FROM `orders`
WHERE `orders`.`id` = ?;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)

-- { order(by: {reference: "A-101"}) { id } }
SELECT `orders`.`id`
FROM `orders`
WHERE `orders`.`reference` = ?;
--   SEARCH orders USING COVERING INDEX sqlite_autoindex_orders_1 (reference=?)
