-- { customers(first: 2, orderBy: {field: NAME, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`id`
FROM `customers`
ORDER BY `customers`.`name` ASC, `customers`.`id` ASC
LIMIT ?;
--   SCAN customers USING COVERING INDEX customers_name

-- { customers(first: 2, after: "TTtC3lsiQm9iIE8nTmVpbGwiLDVd", orderBy: {field: NAME, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`id`
FROM `customers`
WHERE ((`customers`.`name` >= ?) AND ((`customers`.`name` > ?) OR ((`customers`.`name` = ?) AND (`customers`.`id` > ?))))
ORDER BY `customers`.`name` ASC, `customers`.`id` ASC
LIMIT ?;
--   SEARCH customers USING COVERING INDEX customers_name (name>?)

-- { customers(first: 2, orderBy: {field: NAME, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`id`
FROM `customers`
ORDER BY `customers`.`name` DESC, `customers`.`id` DESC
LIMIT ?;
--   SCAN customers USING COVERING INDEX customers_name

-- { customers(first: 2, after: "saUrKlsiWm_DqyDDhW5nc3Ryw7ZtIiwyXQ", orderBy: {field: NAME, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`id`
FROM `customers`
WHERE ((`customers`.`name` <= ?) AND ((`customers`.`name` < ?) OR ((`customers`.`name` = ?) AND (`customers`.`id` < ?))))
ORDER BY `customers`.`name` DESC, `customers`.`id` DESC
LIMIT ?;
--   SEARCH customers USING COVERING INDEX customers_name (name<?)
