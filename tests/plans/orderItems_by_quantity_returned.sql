-- Reads or sorts much: there is no index for this order.

-- { orderItems(first: 2, orderBy: {field: QUANTITY_RETURNED, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
ORDER BY `order_items`.`quantity_returned` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "8wtNbVswLDEwMDJd", orderBy: {field: QUANTITY_RETURNED, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
WHERE ((`order_items`.`quantity_returned` >= ?) AND ((`order_items`.`quantity_returned` > ?) OR ((`order_items`.`quantity_returned` = ?) AND (`order_items`.`id` > ?))))
ORDER BY `order_items`.`quantity_returned` ASC, `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, orderBy: {field: QUANTITY_RETURNED, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
ORDER BY `order_items`.`quantity_returned` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY

-- { orderItems(first: 2, after: "KPUihlswLDEwMDhd", orderBy: {field: QUANTITY_RETURNED, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
WHERE ((`order_items`.`quantity_returned` <= ?) AND ((`order_items`.`quantity_returned` < ?) OR ((`order_items`.`quantity_returned` = ?) AND (`order_items`.`id` < ?))))
ORDER BY `order_items`.`quantity_returned` DESC, `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items
--   USE TEMP B-TREE FOR ORDER BY
