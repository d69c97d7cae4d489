-- { inventories { nodes { product { orderItems { nodes { order { customer { id } } } } } } } }
SELECT `inventory`.`id`, `inventory`.`product_id`, `inventory`.`quantity`, `inventory`.`reserved`, (`inventory`.`quantity` - `inventory`.`reserved`), `inventory`.`reorder_level`, `inventory`.`last_restock_date`, `inventory`.`created_at`, `inventory`.`updated_at`, `inventory`.`version`, NULL
FROM `inventory`
ORDER BY `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`
FROM `products`
WHERE `products`.`id` IN (SELECT value
FROM json_each(?));
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 1
--     SCAN json_each VIRTUAL TABLE INDEX 1:
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
WHERE `order_items`.`id` IN (SELECT one.id
FROM json_each(?) AS parent
CROSS JOIN `order_items` AS one ON one.id IN (SELECT `order_items`.`id`
FROM `order_items`
WHERE (`order_items`.`product_id` = parent.value)
ORDER BY `order_items`.`id` ASC
LIMIT ?))
ORDER BY `order_items`.`id` ASC;
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 2
--     SCAN parent VIRTUAL TABLE INDEX 1:
--     SEARCH one USING INTEGER PRIMARY KEY (rowid=?)
--     CORRELATED LIST SUBQUERY 1
--       SEARCH order_items USING COVERING INDEX order_items_product_id (product_id=?)
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`
FROM `orders`
WHERE `orders`.`id` IN (SELECT value
FROM json_each(?));
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 1
--     SCAN json_each VIRTUAL TABLE INDEX 1:
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`
FROM `customers`
WHERE `customers`.`id` IN (SELECT value
FROM json_each(?));
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 1
--     SCAN json_each VIRTUAL TABLE INDEX 1:
