-- { inventories(first: 2) { nodes { movements { nodes { id } pageInfo { endCursor } } } } }
SELECT `inventory`.`product_id`
FROM `inventory`
ORDER BY `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
SELECT `events`.`id`, `events`.`product_id`, `events`.`id`
FROM json_each(?) AS parent
CROSS JOIN `events` ON `events`.`id` IN (SELECT `events`.`id`
FROM `events`
WHERE `events`.`product_id` = parent.value AND (`events`.`quantity` IS NOT NULL)
ORDER BY `events`.`id` ASC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH events USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH events USING INDEX events_product_id (product_id=?)

-- { inventories(first: 2) { nodes { movements(last: 1, before: "_HhA-VsxXQ") { nodes { product { id } } } } } }
SELECT `inventory`.`product_id`
FROM `inventory`
ORDER BY `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
SELECT `events`.`product_id`, `events`.`id`
FROM json_each(?) AS parent
CROSS JOIN `events` ON `events`.`id` IN (SELECT `events`.`id`
FROM `events`
WHERE `events`.`product_id` = parent.value AND (`events`.`quantity` IS NOT NULL) AND (`events`.`id` < ?)
ORDER BY `events`.`id` DESC
LIMIT ?);
--   SCAN parent VIRTUAL TABLE INDEX 1:
--   SEARCH events USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED LIST SUBQUERY 1
--     SEARCH events USING INDEX events_product_id (product_id=? AND id<?)

-- { inventories(first: 2) { nodes { quantityAt(at: "2026-01-01T00:00:00Z") { quantity } } } }
SELECT `inventory`.`product_id`
FROM `inventory`
ORDER BY `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
SELECT inventory.product_id, events.quantity, events.reserved
FROM inventory JOIN events ON events.id = (SELECT e.id
FROM events e
WHERE e.product_id = inventory.product_id AND e.quantity IS NOT NULL AND e.at <= ?
ORDER BY e.id DESC
LIMIT 1)
WHERE inventory.product_id IN (SELECT value
FROM json_each(?));
--   SEARCH inventory USING COVERING INDEX sqlite_autoindex_inventory_1 (product_id=?)
--   LIST SUBQUERY 2
--     SCAN json_each VIRTUAL TABLE INDEX 1:
--   SEARCH events USING INTEGER PRIMARY KEY (rowid=?)
--   CORRELATED SCALAR SUBQUERY 1
--     SEARCH e USING INDEX events_product_id (product_id=?)
