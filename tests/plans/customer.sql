-- { customer(by: {id: "cus_1"}) { id } }
SELECT `customers`.`id`
FROM `customers`
WHERE `customers`.`id` = ?;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)

-- { customer(by: {email: "Ada@example.com"}) { id } }
SELECT `customers`.`id`
FROM `customers`
WHERE `customers`.`email_key` = ?;
--   SEARCH customers USING COVERING INDEX sqlite_autoindex_customers_1 (email_key=?)
