-- { customer(by: {id: "cus_1"}) { id } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`
FROM `customers`
WHERE `id` = ?;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)

-- { customer(by: {email: "Ada@example.com"}) { id } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`
FROM `customers`
WHERE `email_key` = ?;
--   SEARCH customers USING INDEX sqlite_autoindex_customers_1 (email_key=?)
