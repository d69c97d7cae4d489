-- { orders(where: {reference: {eq: "A-101", ignoreCase: false}}) { nodes { id } } }
SELECT `orders`.`id`
FROM `orders`
WHERE (`orders`.`reference` = ?)
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING COVERING INDEX sqlite_autoindex_orders_1 (reference=?)
