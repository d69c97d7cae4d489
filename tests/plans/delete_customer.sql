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
INSERT INTO events (position, kind, at, customer_id, version)
VALUES ((SELECT head
FROM event_log) + 1, 'CUSTOMER_DELETED', ?, ?, ?);
--   SCALAR SUBQUERY 1
--     SCAN event_log
UPDATE event_log
SET head = head + ?;
--   SCAN event_log

-- mutation { deleteCustomer(input: {id: "cus_1"}) { deletedId errors { code } } }
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`company`, `customers`.`phone`, `customers`.`address`, `customers`.`notes`, `customers`.`created_at`, `customers`.`updated_at`, `customers`.`version`
FROM `customers`
WHERE `id` = ?;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
SELECT count(*)
FROM `orders`
WHERE `customer_id` = ?;
--   SEARCH orders USING COVERING INDEX orders_customer_id (customer_id=?)
