-- { orderItems(first: 2, orderBy: {field: ID, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
ORDER BY `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items

-- { orderItems(first: 2, after: "Mv2q0FsxMDAyXQ", orderBy: {field: ID, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
WHERE (`order_items`.`id` > ?)
ORDER BY `order_items`.`id` ASC
LIMIT ?;
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid>?)

-- { orderItems(first: 2, orderBy: {field: ID, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
ORDER BY `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items

-- { orderItems(first: 2, after: "_TiIelsxMDA4XQ", orderBy: {field: ID, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`order_id`, `order_items`.`product_id`, `order_items`.`product_name`, `order_items`.`product_sku`, `order_items`.`quantity`, `order_items`.`quantity_reserved`, `order_items`.`quantity_cancelled`, `order_items`.`quantity_shipped`, `order_items`.`quantity_returned`, `order_items`.`unit_price`, `order_items`.`subtotal`, `order_items`.`created_at`, `order_items`.`updated_at`, `order_items`.`version`, NULL
FROM `order_items`
WHERE (`order_items`.`id` < ?)
ORDER BY `order_items`.`id` DESC
LIMIT ?;
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid<?)
