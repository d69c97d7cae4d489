-- Reads or sorts much: no index knows upper from lower case; with `ignoreCase: false` it is found at once.

-- { orders(where: {reference: {eq: "a-101"}}) { nodes { id } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE (fold_case(`orders`.`reference`) = ?)
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
