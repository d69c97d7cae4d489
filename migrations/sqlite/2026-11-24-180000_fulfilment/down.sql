-- src/db/migrate.rs refuses this where orders have been shipped, cancelled or returned in part.

CREATE TABLE old_orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    reference TEXT CONSTRAINT orders_reference_key UNIQUE,
    customer_id BIGINT NOT NULL CONSTRAINT orders_customer_id_fkey REFERENCES customers (id),
    order_date BIGINT NOT NULL,
    status TEXT NOT NULL CONSTRAINT orders_status_check
        CHECK (status IN ('PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'CANCELLED')),
    total_amount BIGINT NOT NULL CONSTRAINT orders_total_amount_check CHECK (total_amount >= 0),
    notes TEXT,
    cancel_reason TEXT CONSTRAINT orders_cancel_reason_check
        CHECK (cancel_reason IS NULL OR status = 'CANCELLED'),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT orders_version_check CHECK (version > 0)
);
INSERT INTO old_orders (id, reference, customer_id, order_date, status, total_amount, notes, cancel_reason,
                        created_at, updated_at, version)
SELECT o.id, o.reference, o.customer_id, o.order_date, o.status,
       (SELECT coalesce(sum(i.unit_price * i.quantity), 0) FROM order_items i WHERE i.order_id = o.id),
       o.notes, o.cancel_reason, o.created_at, o.updated_at, o.version
FROM orders o;

CREATE TABLE old_order_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    order_id BIGINT NOT NULL
        CONSTRAINT order_items_order_id_fkey REFERENCES old_orders (id) ON DELETE CASCADE,
    product_id BIGINT NOT NULL CONSTRAINT order_items_product_id_fkey REFERENCES products (id),
    product_name TEXT NOT NULL,
    product_sku TEXT NOT NULL,
    quantity INTEGER NOT NULL CONSTRAINT order_items_quantity_check CHECK (quantity > 0),
    quantity_reserved INTEGER NOT NULL CONSTRAINT order_items_quantity_reserved_check
        CHECK (quantity_reserved BETWEEN 0 AND quantity),
    unit_price BIGINT NOT NULL CONSTRAINT order_items_unit_price_check CHECK (unit_price >= 0),
    subtotal BIGINT NOT NULL CONSTRAINT order_items_subtotal_check
        CHECK (subtotal = unit_price * quantity),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT order_items_version_check CHECK (version > 0)
);
INSERT INTO old_order_items (id, order_id, product_id, product_name, product_sku, quantity, quantity_reserved,
                             unit_price, subtotal, created_at, updated_at, version)
SELECT id, order_id, product_id, product_name, product_sku, quantity, quantity_reserved,
       unit_price, unit_price * quantity, created_at, updated_at, version
FROM order_items;

DELETE FROM sqlite_sequence WHERE name IN ('old_orders', 'old_order_items');
INSERT INTO sqlite_sequence (name, seq)
SELECT 'old_' || name, seq FROM sqlite_sequence WHERE name IN ('orders', 'order_items');

DROP TABLE order_items;
DROP TABLE orders;
ALTER TABLE old_orders RENAME TO orders;
ALTER TABLE old_order_items RENAME TO order_items;

CREATE INDEX orders_customer_id ON orders (customer_id, id);
CREATE INDEX orders_order_date ON orders (order_date, id);
CREATE INDEX orders_status ON orders (status, id);
CREATE INDEX orders_total_amount ON orders (total_amount, id);
CREATE INDEX orders_updated_at ON orders (updated_at, id);
CREATE INDEX order_items_order_id ON order_items (order_id, id);
CREATE INDEX order_items_product_id ON order_items (product_id, id);
