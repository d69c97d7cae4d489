-- { orders(where: {reference: {eq: "A-101", ignoreCase: false}}) { nodes { id } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE (`orders`.`reference` = ?)
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INDEX sqlite_autoindex_orders_1 (reference=?)
