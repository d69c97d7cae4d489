-- { customers(first: 2, orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`updated_at` ASC, `customers`.`id` ASC
LIMIT ?;
--   SCAN customers USING INDEX customers_updated_at

-- { customers(first: 2, after: "1jY4F1sxNzY0NjMzNjAwMDAwMDAwLDJd", orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE ((`customers`.`updated_at` >= ?) AND ((`customers`.`updated_at` > ?) OR ((`customers`.`updated_at` = ?) AND (`customers`.`id` > ?))))
ORDER BY `customers`.`updated_at` ASC, `customers`.`id` ASC
LIMIT ?;
--   SEARCH customers USING INDEX customers_updated_at (updated_at>?)

-- { customers(first: 2, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`updated_at` DESC, `customers`.`id` DESC
LIMIT ?;
--   SCAN customers USING INDEX customers_updated_at

-- { customers(first: 2, after: "6bA6EFsxNzY0ODA2NDAwMDAwMDAwLDRd", orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE ((`customers`.`updated_at` <= ?) AND ((`customers`.`updated_at` < ?) OR ((`customers`.`updated_at` = ?) AND (`customers`.`id` < ?))))
ORDER BY `customers`.`updated_at` DESC, `customers`.`id` DESC
LIMIT ?;
--   SEARCH customers USING INDEX customers_updated_at (updated_at<?)
