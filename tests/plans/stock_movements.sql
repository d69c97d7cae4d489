-- Reads or sorts much: movements are found among the other events, in the order of ids.

-- { stockMovements(first: 2, orderBy: [{ field: ID, direction: DESC }]) { nodes { id } } }
SELECT `events`.`id`
FROM `events`
WHERE (`events`.`quantity` IS NOT NULL)
ORDER BY `events`.`id` DESC
LIMIT ?;
--   SCAN events
