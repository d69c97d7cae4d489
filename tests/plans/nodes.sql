-- { nodes(ids: ["cus_1", "prd_1", "ord_101", "itm_1001", "inv_11"]) { id } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`
FROM json_each(?) AS parent
CROSS JOIN `customers`
WHERE `customers`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`
FROM json_each(?) AS parent
CROSS JOIN `products`
WHERE `products`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`returned_amount`, `orders`.`notes`, `orders`.`tracking_number`, `orders`.`cancel_reason`, `orders`.`return_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, `orders`.`status`
FROM json_each(?) AS parent
CROSS JOIN `orders`
WHERE `orders`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, `order_items`.`quantity` - `order_items`.`quantity_cancelled` - `order_items`.`quantity_shipped`
FROM json_each(?) AS parent
CROSS JOIN `order_items`
WHERE `order_items`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid=?)
SELECT `inventory`.`id`, `inventory`.`product_id`, `inventory`.`quantity`, `inventory`.`reserved`, `inventory`.`quantity` - `inventory`.`reserved`, `inventory`.`reorder_level`, `inventory`.`last_restock_date`, `inventory`.`created_at`, `inventory`.`updated_at`, `inventory`.`version`
FROM json_each(?) AS parent
CROSS JOIN `inventory`
WHERE `inventory`.`id` = parent.value;
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH inventory USING INTEGER PRIMARY KEY (rowid=?)
