-- Reads or sorts much: there is no index for this condition.

-- { customers(where: {name: {contains: "love"}}) { nodes { id } } }
SELECT `customers`.`id`
FROM `customers`
WHERE (fold_case(`customers`.`name`) LIKE ? ESCAPE ?)
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
