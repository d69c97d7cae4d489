-- { customers(first: 2, orderBy: {field: EMAIL, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`email_key` ASC, `customers`.`id` ASC
LIMIT ?;
--   SCAN customers USING INDEX sqlite_autoindex_customers_1

-- { customers(first: 2, after: "d0GHMFsiYm9iLm9uZWlsbEBleGFtcGxlLmNvbSIsNV0", orderBy: {field: EMAIL, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE ((`customers`.`email_key` >= ?) AND ((`customers`.`email_key` > ?) OR ((`customers`.`email_key` = ?) AND (`customers`.`id` > ?))))
ORDER BY `customers`.`email_key` ASC, `customers`.`id` ASC
LIMIT ?;
--   SEARCH customers USING INDEX sqlite_autoindex_customers_1 (email_key>?)

-- { customers(first: 2, orderBy: {field: EMAIL, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
ORDER BY `customers`.`email_key` DESC, `customers`.`id` DESC
LIMIT ?;
--   SCAN customers USING INDEX sqlite_autoindex_customers_1

-- { customers(first: 2, after: "aOdC5lsibGkubmFAZXhhbXBsZS5jb20iLDRd", orderBy: {field: EMAIL, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE ((`customers`.`email_key` <= ?) AND ((`customers`.`email_key` < ?) OR ((`customers`.`email_key` = ?) AND (`customers`.`id` < ?))))
ORDER BY `customers`.`email_key` DESC, `customers`.`id` DESC
LIMIT ?;
--   SEARCH customers USING INDEX sqlite_autoindex_customers_1 (email_key<?)
