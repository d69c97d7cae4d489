-- { orderItem(id: "itm_1001") { id } }
SELECT `order_items`.`id`
FROM `order_items`
WHERE `order_items`.`id` = ?;
--   SEARCH order_items USING INTEGER PRIMARY KEY (rowid=?)
