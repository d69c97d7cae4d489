-- mutation { deleteProduct(input: {id: "prd_1"}) { deletedId errors { code } } }
SELECT `id`, `sku`, `barcode`, `name`, `description`, `price`, `created_at`, `updated_at`, `version`
FROM `products`
WHERE `id` = ?;
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
SELECT count(*)
FROM `order_items`
WHERE `product_id` = ?;
--   SEARCH order_items USING COVERING INDEX order_items_product_id (product_id=?)
