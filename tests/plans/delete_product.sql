-- mutation { deleteProduct(input: {id: "prd_1"}) { deletedId errors { code } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`
FROM `products`
WHERE (`products`.`id` = ?);
--   SEARCH products USING INTEGER PRIMARY KEY (rowid=?)
SELECT COUNT(*)
FROM `order_items`
WHERE (`order_items`.`product_id` = ?);
--   SEARCH order_items USING COVERING INDEX order_items_product_id (product_id=?)
