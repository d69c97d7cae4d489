-- { customers(first: 2, orderBy: {field: NAME, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`name` ASC, `customers`.`id` ASC
LIMIT ?;
--   SCAN customers USING INDEX customers_name

-- { customers(first: 2, after: "TTtC3lsiQm9iIE8nTmVpbGwiLDVd", orderBy: {field: NAME, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE ((`customers`.`name` >= ?) AND ((`customers`.`name` > ?) OR ((`customers`.`name` = ?) AND (`customers`.`id` > ?))))
ORDER BY `customers`.`name` ASC, `customers`.`id` ASC
LIMIT ?;
--   SEARCH customers USING INDEX customers_name (name>?)

-- { customers(first: 2, orderBy: {field: NAME, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`name` DESC, `customers`.`id` DESC
LIMIT ?;
--   SCAN customers USING INDEX customers_name

-- { customers(first: 2, after: "saUrKlsiWm_DqyDDhW5nc3Ryw7ZtIiwyXQ", orderBy: {field: NAME, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE ((`customers`.`name` <= ?) AND ((`customers`.`name` < ?) OR ((`customers`.`name` = ?) AND (`customers`.`id` < ?))))
ORDER BY `customers`.`name` DESC, `customers`.`id` DESC
LIMIT ?;
--   SEARCH customers USING INDEX customers_name (name<?)
