-- Reads or sorts much: there is no index for this order.

-- { customers(first: 2, orderBy: {field: COMPANY, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`company`, `customers`.`id`
FROM `customers`
ORDER BY (`customers`.`company` IS NULL) ASC, `customers`.`company` ASC, `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
--   USE TEMP B-TREE FOR ORDER BY

-- { customers(first: 2, after: "g-qmyVtudWxsLDJd", orderBy: {field: COMPANY, direction: ASC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`company`, `customers`.`id`
FROM `customers`
WHERE (? OR ((`customers`.`company` IS NULL) AND (`customers`.`id` > ?)))
ORDER BY (`customers`.`company` IS NULL) ASC, `customers`.`company` ASC, `customers`.`id` ASC
LIMIT ?;
--   SCAN customers
--   USE TEMP B-TREE FOR ORDER BY

-- { customers(first: 2, orderBy: {field: COMPANY, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`company`, `customers`.`id`
FROM `customers`
ORDER BY (`customers`.`company` IS NULL) ASC, `customers`.`company` DESC, `customers`.`id` DESC
LIMIT ?;
--   SCAN customers
--   USE TEMP B-TREE FOR ORDER BY

-- { customers(first: 2, after: "O28LJltudWxsLDRd", orderBy: {field: COMPANY, direction: DESC}) { nodes { id } pageInfo { endCursor } } }
SELECT `customers`.`id`, `customers`.`company`, `customers`.`id`
FROM `customers`
WHERE (? OR ((`customers`.`company` IS NULL) AND (`customers`.`id` < ?)))
ORDER BY (`customers`.`company` IS NULL) ASC, `customers`.`company` DESC, `customers`.`id` DESC
LIMIT ?;
--   SCAN customers
--   USE TEMP B-TREE FOR ORDER BY
