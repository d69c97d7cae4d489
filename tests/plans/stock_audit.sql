-- Reads or sorts much: a report over all of them.

-- { stockAudit { productId } }
