-- { orderItems(first: 2, orderBy: {field: ID, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`id` ASC
LIMIT ?;
--   SCAN order_items

-- { orderItems(first: 2, after: "Mv2q0FsxMDAyXQ", orderBy: {field: ID, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`id`
FROM `order_items`
WHERE (`order_items`.`id` > ?)
ORDER BY `order_items`.`id` ASC
LIMIT ?;
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid>?)

-- { orderItems(first: 2, orderBy: {field: ID, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`id`
FROM `order_items`
ORDER BY `order_items`.`id` DESC
LIMIT ?;
--   SCAN order_items

-- { orderItems(first: 2, after: "_TiIelsxMDA4XQ", orderBy: {field: ID, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `order_items`.`id`, `order_items`.`id`
FROM `order_items`
WHERE (`order_items`.`id` < ?)
ORDER BY `order_items`.`id` DESC
LIMIT ?;
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid<?)
