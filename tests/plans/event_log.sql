-- { eventLog(first: 2) { endCursor } }
SELECT `event_log`.`head`, `event_log`.`floor`, `event_log`.`epoch`
FROM `event_log`;
--   SCAN event_log
SELECT `events`.`id`, `events`.`position`, `events`.`kind`, `events`.`at`, `events`.`actor`, `events`.`request_id`, `events`.`order_id`, `events`.`product_id`, `events`.`customer_id`, `events`.`version`, `events`.`quantity_delta`, `events`.`reserved_delta`, `events`.`quantity`, `events`.`reserved`, `events`.`from`, `events`.`to`, `events`.`reason`, `events`.`reference`, `events`.`tracking_number`, `events`.`fields`
FROM `events`
WHERE (`events`.`position` > ?)
ORDER BY `events`.`position`
LIMIT ?;
--   SEARCH events USING INDEX sqlite_autoindex_events_1 (position>?)

-- { eventLog(first: 2, after: "MDEyMzQ1Njc4OWFiY2RlZjoy", where: { types: [STOCK_OPENED], productId: "prd_1" }) { endCursor } }
SELECT `event_log`.`head`, `event_log`.`floor`, `event_log`.`epoch`
FROM `event_log`;
--   SCAN event_log
SELECT `events`.`id`, `events`.`position`, `events`.`kind`, `events`.`at`, `events`.`actor`, `events`.`request_id`, `events`.`order_id`, `events`.`product_id`, `events`.`customer_id`, `events`.`version`, `events`.`quantity_delta`, `events`.`reserved_delta`, `events`.`quantity`, `events`.`reserved`, `events`.`from`, `events`.`to`, `events`.`reason`, `events`.`reference`, `events`.`tracking_number`, `events`.`fields`
FROM `events`
WHERE (((`events`.`position` > ?) AND `events`.`kind` IN (SELECT value
FROM json_each(?))) AND (`events`.`product_id` = ?))
ORDER BY `events`.`position`
LIMIT ?;
--   SEARCH events USING INDEX sqlite_autoindex_events_1 (position>?)
--   LIST SUBQUERY 1
--     SCAN json_each VIRTUAL TABLE INDEX 1:
--     CREATE BLOOM FILTER
