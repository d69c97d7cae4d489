-- { orders(where: {totalAmount: {gte: "100.00"}}, orderBy: {field: TOTAL_AMOUNT, direction: DESC}) { nodes { id } totalCount } }
SELECT `orders`.`id`
FROM `orders`
WHERE (`orders`.`total_amount` >= ?)
ORDER BY `orders`.`total_amount` DESC, `orders`.`id` DESC
LIMIT ?;
--   SEARCH orders USING COVERING INDEX orders_total_amount (total_amount>?)
SELECT COUNT(*)
FROM `orders`
WHERE (`orders`.`total_amount` >= ?);
--   SEARCH orders USING COVERING INDEX orders_total_amount (total_amount>?)
