-- Reads or sorts much: counts all of them.

-- { customers { totalCount } products { totalCount } orders { totalCount } orderItems { totalCount } inventories { totalCount } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
SELECT COUNT(*)
FROM `customers`;
--   SCAN customers USING COVERING INDEX customers_created_at
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
ORDER BY `products`.`id` ASC
LIMIT ?;
--   SCAN products
SELECT COUNT(*)
FROM `products`;
--   SCAN products USING COVERING INDEX products_created_at
SELECT `orders`.`id`, `orders`.`reference`, `orders`.`customer_id`, `orders`.`order_date`, `orders`.`status`, `orders`.`total_amount`, `orders`.`notes`, `orders`.`cancel_reason`, `orders`.`created_at`, `orders`.`updated_at`, `orders`.`version`, NULL
FROM `orders`
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
SELECT COUNT(*)
FROM `orders`;
--   SCAN orders USING COVERING INDEX orders_total_amount
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
ORDER BY `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
SELECT COUNT(*)
FROM `order_items`;
--   SCAN order_items USING COVERING INDEX order_items_product_id
SELECT `inventory`.`id`, `inventory`.`product_id`, `inventory`.`quantity`, `inventory`.`reserved`, (`inventory`.`quantity` - `inventory`.`reserved`), `inventory`.`reorder_level`, `inventory`.`last_restock_date`, `inventory`.`created_at`, `inventory`.`updated_at`, `inventory`.`version`, NULL
FROM `inventory`
ORDER BY `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
SELECT COUNT(*)
FROM `inventory`;
--   SCAN inventory USING COVERING INDEX sqlite_autoindex_inventory_1
