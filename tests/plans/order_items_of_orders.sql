-- { orders(first: 2) { nodes { items { nodes { id } pageInfo { endCursor } } } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
WHERE `order_items`.`id` IN (SELECT one.id
FROM json_each(?) AS parent
CROSS JOIN `order_items` AS one ON one.id IN (SELECT `order_items`.`id`
FROM `order_items`
WHERE (`order_items`.`order_id` = parent.value)
ORDER BY `order_items`.`id` ASC
LIMIT ?))
ORDER BY `order_items`.`id` ASC;
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 2
--     SCAN parent VIRTUAL TABLE INDEX 1:
--     SEARCH one USING INTEGER PRIMARY KEY (rowid=?)
--     CORRELATED LIST SUBQUERY 1
--       SEARCH order_items USING COVERING INDEX order_items_order_id (order_id=?)

-- { orders(first: 2) { nodes { items(first: 1, after: "Mv2q0FsxMDAyXQ") { nodes { id } pageInfo { hasPreviousPage } } } } }
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
WHERE `order_items`.`id` IN (SELECT one.id
FROM json_each(?) AS parent
CROSS JOIN `order_items` AS one ON one.id IN (SELECT `order_items`.`id`
FROM `order_items`
WHERE ((`order_items`.`order_id` = parent.value) AND (`order_items`.`id` > ?))
ORDER BY `order_items`.`id` ASC
LIMIT ?))
ORDER BY `order_items`.`id` ASC;
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid=?)
--   LIST SUBQUERY 2
--     SCAN parent VIRTUAL TABLE INDEX 1:
--     SEARCH one USING INTEGER PRIMARY KEY (rowid=?)
--     CORRELATED LIST SUBQUERY 1
--       SEARCH order_items USING COVERING INDEX order_items_order_id (order_id=? AND id>?)
SELECT DISTINCT `order_items`.`order_id`
FROM `order_items`
WHERE (`order_items`.`order_id` IN (SELECT value
FROM json_each(?)) AND ((`order_items`.`id` < ?) OR (? AND (`order_items`.`id` = ?))));
--   SEARCH order_items USING COVERING INDEX order_items_order_id (order_id=?)
--   LIST SUBQUERY 1
--     SCAN json_each VIRTUAL TABLE INDEX 1:
