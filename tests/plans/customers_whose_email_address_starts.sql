-- Reads or sorts much: all that start so are found, and sorted by their ids.

-- { customers(where: {email: {startsWith: "Ada"}}) { nodes { id } } }
SELECT `customers`.`id`
FROM `customers`
WHERE (`customers`.`email_key` >= ? AND `customers`.`email_key` < ?)
ORDER BY `customers`.`id` ASC
LIMIT ?;
--   SEARCH customers USING COVERING INDEX sqlite_autoindex_customers_1 (email_key>? AND email_key<?)
--   USE TEMP B-TREE FOR ORDER BY
