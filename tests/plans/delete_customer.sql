-- mutation { deleteCustomer(input: {id: "cus_4"}) { deletedId errors { code } } }
SELECT `id`, `name`, `email`, `company`, `phone`, `address`, `notes`, `created_at`, `updated_at`, `version`
FROM `customers`
WHERE `id` = ?;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
SELECT count(*)
FROM `orders`
WHERE `customer_id` = ?;
--   SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)
DELETE
FROM `customers`
WHERE `id` = ?;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
--   SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)

-- mutation { deleteCustomer(input: {id: "cus_1"}) { deletedId errors { code } } }
SELECT `id`, `name`, `email`, `company`, `phone`, `address`, `notes`, `created_at`, `updated_at`, `version`
FROM `customers`
WHERE `id` = ?;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
SELECT count(*)
FROM `orders`
WHERE `customer_id` = ?;
--   SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)
