-- Reads or sorts much: all that start so are found, and sorted by their ids.

-- { customers(where: {email: {startsWith: "Ada"}}) { nodes { id } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE (`customers`.`email_key` >= ? AND `customers`.`email_key` < ?)
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SEARCH customers USING INDEX sqlite_autoindex_customers_1 (email_key>? AND email_key<?)
--   USE TEMP B-TREE FOR ORDER BY
