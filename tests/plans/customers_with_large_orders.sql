-- { customers(where: {orders: {some: {totalAmount: {gte: "1000.00"}}}}) { nodes { id } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE `customers`.`id` IN (SELECT `orders`.`customer_id`
FROM `orders`
WHERE (`orders`.`total_amount` >= ?))
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 1
--     SEARCH orders USING INDEX orders_total_amount (total_amount>?)
