-- mutation { updateCustomer(input: {id: "cus_1", phone: null}) { customer { id } errors { code } } }
UPDATE `customers`
SET `phone` = ?, `updated_at` = CASE WHEN `updated_at` > ? THEN `updated_at` ELSE ? END, `version` = `version` + 1
WHERE `id` = ?
RETURNING `id`, `name`, `email`, `company`, `phone`, `address`, `notes`, `created_at`, `updated_at`, `version`;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
INSERT INTO events (position, kind, at, customer_id, version, fields)
VALUES ((SELECT head
FROM event_log) + 1, 'CUSTOMER_UPDATED', ?, ?, ?, ?);
--   SCALAR SUBQUERY 1
--     SCAN event_log
UPDATE event_log
SET head = head + ?;
--   SCAN event_log
