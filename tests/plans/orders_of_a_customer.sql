-- { orders(where: {customer: {id: {eq: "cus_1"}}}) { nodes { id } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE `orders`.`customer_id` IN (SELECT `customers`.`id`
FROM `customers`
WHERE (`customers`.`id` = ?))
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INDEX orders_customer_id (customer_id=?)
--   LIST SUBQUERY 1
--     SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   USE TEMP B-TREE FOR ORDER BY

-- { orders(where: {customer: {email: {eq: "ada@example.com"}}}) { nodes { id } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE `orders`.`customer_id` IN (SELECT `customers`.`id`
FROM `customers`
WHERE (`customers`.`email_key` = ?))
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INDEX orders_customer_id (customer_id=?)
--   LIST SUBQUERY 1
--     SEARCH customers USING COVERING INDEX sqlite_autoindex_customers_1 (email_key=?)
--   USE TEMP B-TREE FOR ORDER BY
