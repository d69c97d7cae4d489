-- Reads or sorts much: stock is one row a product: there is no index to keep up with every change of it.

-- { lowStock { nodes { id } } }
SELECT `inventory`.`id`
FROM `inventory`
WHERE ((`inventory`.`reorder_level` > ?) AND ((`inventory`.`quantity` - `inventory`.`reserved`) <= `inventory`.`reorder_level`))
ORDER BY `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory

-- { lowStock(threshold: 5) { nodes { id } } }
SELECT `inventory`.`id`
FROM `inventory`
WHERE ((`inventory`.`quantity` - `inventory`.`reserved`) <= ?)
ORDER BY `inventory`.`id` ASC
LIMIT ?;
--   SCAN inventory
