-- Reads or sorts much: there is no index for this condition.

-- { customers(where: {name: {contains: "love"}}) { nodes { id } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE (fold_case(`customers`.`name`) LIKE ? ESCAPE ?)
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
