-- Reads or sorts much: there is no index for this order.

-- { products(first: 2, orderBy: {field: BARCODE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`barcode`, `products`.`id`
FROM `products`
ORDER BY (`products`.`barcode` IS NULL) ASC, `products`.`barcode` ASC, `products`.`id` ASC
LIMIT ?;
--   SCAN products USING COVERING INDEX products_barcode_key
--   USE TEMP B-TREE FOR ORDER BY

-- { products(first: 2, after: "N3Z471tudWxsLDJd", orderBy: {field: BARCODE, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`barcode`, `products`.`id`
FROM `products`
WHERE (? OR ((`products`.`barcode` IS NULL) AND (`products`.`id` > ?)))
ORDER BY (`products`.`barcode` IS NULL) ASC, `products`.`barcode` ASC, `products`.`id` ASC
LIMIT ?;
--   SCAN products USING COVERING INDEX products_barcode_key
--   USE TEMP B-TREE FOR ORDER BY

-- { products(first: 2, orderBy: {field: BARCODE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`barcode`, `products`.`id`
FROM `products`
ORDER BY (`products`.`barcode` IS NULL) ASC, `products`.`barcode` DESC, `products`.`id` DESC
LIMIT ?;
--   SCAN products USING COVERING INDEX products_barcode_key
--   USE TEMP B-TREE FOR ORDER BY

-- { products(first: 2, after: "qncWw1tudWxsLDVd", orderBy: {field: BARCODE, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `products`.`id`, `products`.`barcode`, `products`.`id`
FROM `products`
WHERE (? OR ((`products`.`barcode` IS NULL) AND (`products`.`id` < ?)))
ORDER BY (`products`.`barcode` IS NULL) ASC, `products`.`barcode` DESC, `products`.`id` DESC
LIMIT ?;
--   SCAN products USING COVERING INDEX products_barcode_key
--   USE TEMP B-TREE FOR ORDER BY
