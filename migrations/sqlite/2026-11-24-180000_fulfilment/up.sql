-- Units of order items are counted as shipped, cancelled and returned. SQLite cannot change a CHECK, so both tables
-- are rebuilt. The items refer to the new orders before the old orders are dropped, so that ON DELETE CASCADE
-- finds nothing to delete.

CREATE TABLE new_orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    reference TEXT CONSTRAINT orders_reference_key UNIQUE,
    customer_id BIGINT NOT NULL CONSTRAINT orders_customer_id_fkey REFERENCES customers (id),
    order_date BIGINT NOT NULL,
    status TEXT NOT NULL CONSTRAINT orders_status_check CHECK (status IN
        ('PENDING', 'PROCESSING', 'PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'RETURNED', 'CANCELLED')),
    total_amount BIGINT NOT NULL CONSTRAINT orders_total_amount_check CHECK (total_amount >= 0),
    notes TEXT,
    cancel_reason TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT orders_version_check CHECK (version > 0),
    -- the amount of returned units, which total_amount includes
    returned_amount BIGINT NOT NULL DEFAULT 0 CONSTRAINT orders_returned_amount_check
        CHECK (returned_amount BETWEEN 0 AND total_amount),
    tracking_number TEXT CONSTRAINT orders_tracking_number_check CHECK
        (tracking_number IS NULL OR status IN ('PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'RETURNED')),
    return_reason TEXT CONSTRAINT orders_return_reason_check CHECK
        (return_reason IS NULL OR status IN ('PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'RETURNED'))
);
INSERT INTO new_orders (id, reference, customer_id, order_date, status, total_amount, notes, cancel_reason,
                        created_at, updated_at, version)
SELECT id, reference, customer_id, order_date, status,
       CASE status WHEN 'CANCELLED' THEN 0 ELSE total_amount END,
       notes, cancel_reason, created_at, updated_at, version
FROM orders;

CREATE TABLE new_order_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    order_id BIGINT NOT NULL
        CONSTRAINT order_items_order_id_fkey REFERENCES new_orders (id) ON DELETE CASCADE,
    product_id BIGINT NOT NULL CONSTRAINT order_items_product_id_fkey REFERENCES products (id),
    product_name TEXT NOT NULL,
    product_sku TEXT NOT NULL,
    quantity INTEGER NOT NULL CONSTRAINT order_items_quantity_check CHECK (quantity > 0),
    quantity_reserved INTEGER NOT NULL CONSTRAINT order_items_quantity_reserved_check
        CHECK (quantity_reserved BETWEEN 0 AND quantity - quantity_cancelled - quantity_shipped),
    unit_price BIGINT NOT NULL CONSTRAINT order_items_unit_price_check CHECK (unit_price >= 0),
    subtotal BIGINT NOT NULL CONSTRAINT order_items_subtotal_check
        CHECK (subtotal = unit_price * (quantity - quantity_cancelled)),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT order_items_version_check CHECK (version > 0),
    quantity_cancelled INTEGER NOT NULL DEFAULT 0 CONSTRAINT order_items_quantity_cancelled_check
        CHECK (quantity_cancelled BETWEEN 0 AND quantity),
    quantity_shipped INTEGER NOT NULL DEFAULT 0 CONSTRAINT order_items_quantity_shipped_check
        CHECK (quantity_shipped BETWEEN 0 AND quantity - quantity_cancelled),
    quantity_returned INTEGER NOT NULL DEFAULT 0 CONSTRAINT order_items_quantity_returned_check
        CHECK (quantity_returned BETWEEN 0 AND quantity_shipped)
);
INSERT INTO new_order_items (id, order_id, product_id, product_name, product_sku, quantity, quantity_reserved,
                             unit_price, subtotal, created_at, updated_at, version,
                             quantity_cancelled, quantity_shipped)
SELECT i.id, i.order_id, i.product_id, i.product_name, i.product_sku, i.quantity, i.quantity_reserved,
       i.unit_price, CASE o.status WHEN 'CANCELLED' THEN 0 ELSE i.subtotal END,
       i.created_at, i.updated_at, i.version,
       CASE o.status WHEN 'CANCELLED' THEN i.quantity ELSE 0 END,
       CASE WHEN o.status IN ('SHIPPED', 'DELIVERED') THEN i.quantity ELSE 0 END
FROM order_items i JOIN orders o ON o.id = i.order_id
ORDER BY i.id;

-- An id is never given out twice: the counters go on, also where the last rows were deleted.
DELETE FROM sqlite_sequence WHERE name IN ('new_orders', 'new_order_items');
INSERT INTO sqlite_sequence (name, seq)
SELECT 'new_' || name, seq FROM sqlite_sequence WHERE name IN ('orders', 'order_items');

DROP TABLE order_items;
DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;
ALTER TABLE new_order_items RENAME TO order_items;

CREATE INDEX orders_customer_id ON orders (customer_id, id);
CREATE INDEX orders_order_date ON orders (order_date, id);
CREATE INDEX orders_status ON orders (status, id);
CREATE INDEX orders_total_amount ON orders (total_amount, id);
CREATE INDEX orders_updated_at ON orders (updated_at, id);
CREATE INDEX order_items_order_id ON order_items (order_id, id);
CREATE INDEX order_items_product_id ON order_items (product_id, id);
