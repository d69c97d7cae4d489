-- Reads or sorts much: no index knows upper from lower case; with `ignoreCase: false` it is found at once.

-- { orders(where: {reference: {eq: "a-101"}}) { nodes { id } } }
SELECT `orders`.`id`
FROM `orders`
WHERE (fold_case(`orders`.`reference`) = ?)
ORDER BY `orders`.`id` ASC
LIMIT ?;
--   SCAN orders
