-- Units of order items are counted as shipped, cancelled and returned.

ALTER TABLE orders
    DROP CONSTRAINT orders_status_check,
    DROP CONSTRAINT orders_cancel_reason_check,
    ADD COLUMN returned_amount BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN tracking_number TEXT COLLATE "C",
    ADD COLUMN return_reason TEXT COLLATE "C";
ALTER TABLE order_items
    DROP CONSTRAINT order_items_quantity_reserved_check,
    DROP CONSTRAINT order_items_subtotal_check,
    ADD COLUMN quantity_cancelled INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN quantity_shipped INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN quantity_returned INTEGER NOT NULL DEFAULT 0;

UPDATE order_items i SET quantity_shipped = i.quantity
FROM orders o WHERE o.id = i.order_id AND o.status IN ('SHIPPED', 'DELIVERED');
UPDATE order_items i SET quantity_cancelled = i.quantity, subtotal = 0
FROM orders o WHERE o.id = i.order_id AND o.status = 'CANCELLED';
UPDATE orders SET total_amount = 0 WHERE status = 'CANCELLED';

ALTER TABLE orders
    ADD CONSTRAINT orders_status_check CHECK (status IN
        ('PENDING', 'PROCESSING', 'PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'RETURNED', 'CANCELLED')),
    -- the amount of returned units, which total_amount includes
    ADD CONSTRAINT orders_returned_amount_check CHECK (returned_amount BETWEEN 0 AND total_amount),
    ADD CONSTRAINT orders_tracking_number_check CHECK
        (tracking_number IS NULL OR status IN ('PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'RETURNED')),
    ADD CONSTRAINT orders_return_reason_check CHECK
        (return_reason IS NULL OR status IN ('PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'RETURNED'));
ALTER TABLE order_items
    ADD CONSTRAINT order_items_quantity_reserved_check
        CHECK (quantity_reserved BETWEEN 0 AND quantity - quantity_cancelled - quantity_shipped),
    ADD CONSTRAINT order_items_subtotal_check
        CHECK (subtotal = unit_price * (quantity - quantity_cancelled)),
    ADD CONSTRAINT order_items_quantity_cancelled_check CHECK (quantity_cancelled BETWEEN 0 AND quantity),
    ADD CONSTRAINT order_items_quantity_shipped_check
        CHECK (quantity_shipped BETWEEN 0 AND quantity - quantity_cancelled),
    ADD CONSTRAINT order_items_quantity_returned_check
        CHECK (quantity_returned BETWEEN 0 AND quantity_shipped);
