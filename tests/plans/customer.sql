-- { customer(by: {id: "cus_1"}) { id } }
SELECT `id`, `name`, `email`, `company`, `phone`, `address`, `notes`, `created_at`, `updated_at`, `version`
FROM `customers`
WHERE `id` = ?;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)

-- { customer(by: {email: "Ada@example.com"}) { id } }
SELECT `id`, `name`, `email`, `company`, `phone`, `address`, `notes`, `created_at`, `updated_at`, `version`
FROM `customers`
WHERE `email_key` = ?;
--   SEARCH customers USING INDEX sqlite_autoindex_customers_1 (email_key=?)
