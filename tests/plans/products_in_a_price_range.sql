-- { products(where: {price: {gte: "5.00", lt: "20.00"}}, orderBy: {field: PRICE}) { nodes { id } } }
SELECT `products`.`id`
FROM `products`
WHERE ((`products`.`price` < ?) AND (`products`.`price` >= ?))
ORDER BY `products`.`price` ASC, `products`.`id` ASC
LIMIT ?;
--   SEARCH products USING COVERING INDEX products_price (price>? AND price<?)
