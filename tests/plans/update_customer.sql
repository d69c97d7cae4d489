-- mutation { updateCustomer(input: {id: "cus_1", phone: null}) { customer { id } errors { code } } }
UPDATE `customers`
SET `phone` = ?, `updated_at` = CASE WHEN ((`customers`.`updated_at` > ?)) THEN (`customers`.`updated_at`) ELSE (?) END, `version` = (`customers`.`version` + ?)
WHERE (`customers`.`id` = ?)
RETURNING `id`, `name`, `email`, `phone`, `address`, `notes`, `created_at`, `updated_at`, `version`;
--   SEARCH customers USING INTEGER PRIMARY KEY (rowid=?)
