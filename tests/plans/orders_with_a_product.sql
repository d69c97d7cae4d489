-- { orders(where: {items: {some: {product: {id: {eq: "prd_1"}}}}}) { nodes { id } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
WHERE `orders`.`id` IN (SELECT `order_items`.`order_id`
FROM `order_items`
WHERE `order_items`.`product_id` IN (SELECT `products`.`id`
FROM `products`
WHERE (`products`.`id` = ?)))
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 2
--     SEARCH order_items USING INDEX order_items_product_id (product_id=?)
--     LIST SUBQUERY 1
--       SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
