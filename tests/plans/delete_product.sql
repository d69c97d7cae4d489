-- mutation { deleteProduct(input: {id: "prd_1"}) { deletedId errors { code } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`
FROM `products`
WHERE `id` = ?;
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
SELECT count(*)
FROM `order_items`
WHERE `product_id` = ?;
--   SEARCH order_items USING COVERING INDEX order_items_product_id (product_id=?)
