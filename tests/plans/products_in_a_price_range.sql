-- { products(where: {price: {gte: "5.00", lt: "20.00"}}, orderBy: {field: PRICE}) { nodes { id } } }
SELECT `products`.`id`, `products`.`sku`, `products`.`barcode`, `products`.`name`, `products`.`description`, `products`.`price`, `products`.`created_at`, `products`.`updated_at`, `products`.`version`, NULL
FROM `products`
WHERE ((`products`.`price` < ?) AND (`products`.`price` >= ?))
ORDER BY `products`.`price` ASC, `products`.`id` ASC
LIMIT ?;
--   SEARCH products USING INDEX products_price (price>? AND price<?)
