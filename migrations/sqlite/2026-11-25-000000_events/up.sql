-- The event log: one row for each change, in the transaction of the change. No foreign keys, because the rows outlive
-- their subjects. Rows are inserted, numbered and pruned, and not changed otherwise.
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- the place in the log: numbered in the transaction, so that it is the order of the commits
    position BIGINT CONSTRAINT events_position_key UNIQUE,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT,
    request_id TEXT,
    order_id BIGINT,
    product_id BIGINT,
    customer_id BIGINT,
    -- the version of the subject after the change
    version INTEGER NOT NULL,
    -- of movements of stock only: the change, and the stock after it
    quantity_delta INTEGER,
    reserved_delta INTEGER,
    quantity INTEGER CONSTRAINT events_quantity_check CHECK (quantity >= 0),
    reserved INTEGER CONSTRAINT events_reserved_check CHECK (reserved BETWEEN 0 AND quantity),
    -- the statuses of an order before and after the change
    "from" TEXT,
    "to" TEXT,
    reason TEXT,
    reference TEXT,
    tracking_number TEXT,
    -- units of order items: [[item, product, quantity], ...]
    units TEXT,
    -- the fields that were set, by their names in the schema: ["name", ...]
    fields TEXT
);
CREATE INDEX events_order_id ON events (order_id, id) WHERE order_id IS NOT NULL AND quantity IS NULL;
CREATE INDEX events_product_id ON events (product_id, id) WHERE quantity IS NOT NULL;
-- Empty here, but for rows that were copied from PostgreSQL.
CREATE INDEX events_unnumbered ON events (id) WHERE position IS NULL;

-- One row: the last position, the last position that was pruned, and a name for this history of positions.
CREATE TABLE event_log (
    id INTEGER PRIMARY KEY NOT NULL CONSTRAINT event_log_id_check CHECK (id = 1),
    head BIGINT NOT NULL,
    floor BIGINT NOT NULL CONSTRAINT event_log_floor_check CHECK (floor BETWEEN 0 AND head),
    epoch TEXT NOT NULL
);

-- The opening movements of the stock. An inventory with adjustments is opened with as many units as its adjustments
-- need, and a last movement leads to the stored units.
WITH adjusted AS (
    SELECT i.product_id, a.id, a.delta, a.reason, a.created_at, a.inventory_id,
           sum(a.delta) OVER (PARTITION BY a.inventory_id ORDER BY a.id) AS running
    FROM inventory_adjustments a JOIN inventory i ON i.id = a.inventory_id
), opened AS (
    SELECT i.*, coalesce(a.total, 0) AS total, a.total IS NOT NULL AS is_adjusted,
           max(0, coalesce(-a.lowest, 0), i.quantity - coalesce(a.total, 0)) AS opening
    FROM inventory i
    LEFT JOIN (SELECT product_id, sum(delta) AS total, min(running) AS lowest FROM adjusted GROUP BY product_id) a
        ON a.product_id = i.product_id
), movements AS (
    SELECT product_id, 0 AS step, 'STOCK_OPENED' AS kind, CASE WHEN is_adjusted THEN created_at ELSE updated_at END AS at,
           version, CASE WHEN is_adjusted THEN opening ELSE quantity END AS quantity_delta,
           CASE WHEN is_adjusted THEN 0 ELSE reserved END AS reserved_delta,
           CASE WHEN is_adjusted THEN opening ELSE quantity END AS quantity,
           CASE WHEN is_adjusted THEN 0 ELSE reserved END AS reserved, NULL AS reason
    FROM opened
    UNION ALL
    SELECT a.product_id, a.id, 'STOCK_ADJUSTED', a.created_at, o.version, a.delta, 0, o.opening + a.running, 0, a.reason
    FROM adjusted a JOIN opened o ON o.product_id = a.product_id
    UNION ALL
    SELECT product_id, 9223372036854775807, 'STOCK_SET', updated_at, version, quantity - opening - total, reserved,
           quantity, reserved, 'Balance of the movements before the event log'
    FROM opened WHERE is_adjusted AND (quantity <> opening + total OR reserved > 0)
)
INSERT INTO events (id, position, kind, at, product_id, version, quantity_delta, reserved_delta, quantity, reserved, reason)
SELECT row_number() OVER (ORDER BY product_id, step), row_number() OVER (ORDER BY product_id, step), kind, at, product_id,
       version, quantity_delta, reserved_delta, quantity, reserved, reason
FROM movements ORDER BY product_id, step;

INSERT INTO event_log (id, head, floor, epoch)
SELECT 1, count(*), 0, lower(hex(randomblob(8))) FROM events;

-- The adjustments are movements of stock now.
DROP TABLE inventory_adjustments;
