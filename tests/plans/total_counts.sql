-- Reads or sorts much: counts all of them.

-- { customers { totalCount } products { totalCount } orders { totalCount } orderItems { totalCount } inventories { totalCount } }
SELECT COUNT(*)
FROM `customers`;
--   SCAN customers USING COVERING INDEX customers_updated_at
SELECT COUNT(*)
FROM `products`;
--   SCAN products USING COVERING INDEX products_updated_at
SELECT COUNT(*)
FROM `orders`;
--   SCAN orders USING COVERING INDEX orders_updated_at
SELECT COUNT(*)
FROM `order_items`;
--   SCAN order_items USING COVERING INDEX order_items_product_id
SELECT COUNT(*)
FROM `inventory`;
--   SCAN inventory USING COVERING INDEX sqlite_autoindex_inventory_1
