-- { customers(first: 2, orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`created_at` ASC, `customers`.`id` ASC
LIMIT ?;
--   SCAN customers USING INDEX customers_created_at

-- { customers(first: 2, after: "Mx6BWlsxNzY0NjMzNjAwMDAwMDAwLDJd", orderBy: {field: CREATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE ((`customers`.`created_at` >= ?) AND ((`customers`.`created_at` > ?) OR ((`customers`.`created_at` = ?) AND (`customers`.`id` > ?))))
ORDER BY `customers`.`created_at` ASC, `customers`.`id` ASC
LIMIT ?;
--   SEARCH customers USING INDEX customers_created_at (created_at>?)

-- { customers(first: 2, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`created_at` DESC, `customers`.`id` DESC
LIMIT ?;
--   SCAN customers USING INDEX customers_created_at

-- { customers(first: 2, after: "Nj1SSVsxNzY0ODA2NDAwMDAwMDAwLDRd", orderBy: {field: CREATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE ((`customers`.`created_at` <= ?) AND ((`customers`.`created_at` < ?) OR ((`customers`.`created_at` = ?) AND (`customers`.`id` < ?))))
ORDER BY `customers`.`created_at` DESC, `customers`.`id` DESC
LIMIT ?;
--   SEARCH customers USING INDEX customers_created_at (created_at<?)
