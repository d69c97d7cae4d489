-- mutation { deleteCustomer(input: {id: "cus_4"}) { deletedId errors { code } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`
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
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`
FROM `customers`
WHERE `id` = ?;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
SELECT count(*)
FROM `orders`
WHERE `customer_id` = ?;
--   SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)
