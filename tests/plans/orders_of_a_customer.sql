-- { orders(where: {customer: {id: {eq: "cus_1"}}}) { nodes { id } } }
SELECT `orders`.`id`
FROM `orders`
WHERE `orders`.`customer_id` IN (SELECT `customers`.`id`
FROM `customers`
WHERE (`customers`.`id` = ?))
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)
--   LIST SUBQUERY 1
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(where: {customer: {email: {eq: "ada@example.com"}}}) { nodes { id } } }
SELECT `orders`.`id`
FROM `orders`
WHERE `orders`.`customer_id` IN (SELECT `customers`.`id`
FROM `customers`
WHERE (`customers`.`email_key` = ?))
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)
--   LIST SUBQUERY 1
--     SEARCH customers USING COVERING INDEX sqlite_autoindex_customers_1 (email_key=?)
--   USE TEMP B-TREE FOR ORDER BY
