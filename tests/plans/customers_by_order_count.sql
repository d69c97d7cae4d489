-- Reads or sorts much: there is no index for this condition.

-- { customers(where: {orderCount: {gte: 2}}) { nodes { id } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE ((SELECT COUNT(*)
FROM `orders`
WHERE (`orders`.`customer_id` = `customers`.`id`)
LIMIT ?) >= ?)
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
--   CORRELATED SCALAR SUBQUERY 1
--     SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)
