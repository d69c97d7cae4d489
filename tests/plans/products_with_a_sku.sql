-- { products(where: {sku: {eq: "TEA-100", ignoreCase: false}}) { nodes { id } } }
SELECT `products`.`id`
FROM `products`
WHERE (`products`.`sku` = ?)
ORDER BY `products`.`id` ASC
LIMIT ?;
--   SEARCH products USING COVERING INDEX sqlite_autoindex_products_1 (sku=?)
