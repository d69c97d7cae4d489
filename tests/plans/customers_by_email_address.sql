-- { customers(where: {email: {eq: "Ada@example.com"}}) { nodes { id } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE (`customers`.`email_key` = ?)
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SEARCH customers USING INDEX sqlite_autoindex_customers_1 (email_key=?)

-- { customers(where: {email: {in: ["ada@example.com", "zoe@example.com"]}}) { nodes { id } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`, NULL
FROM `customers`
WHERE `customers`.`email_key` IN (SELECT value
FROM json_each(?))
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SEARCH customers USING INDEX sqlite_autoindex_customers_1 (email_key=?)
--   LIST SUBQUERY 1
--     SCAN json_each VIRTUAL TABLE INDEX 1:
--   USE TEMP B-TREE FOR ORDER BY
