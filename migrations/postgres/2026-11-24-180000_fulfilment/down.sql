-- src/db/migrate.rs refuses this where orders have been shipped, cancelled or returned in part.

ALTER TABLE orders
    DROP CONSTRAINT orders_status_check,
    DROP CONSTRAINT orders_returned_amount_check,
    DROP CONSTRAINT orders_tracking_number_check,
    DROP CONSTRAINT orders_return_reason_check;
ALTER TABLE order_items
    DROP CONSTRAINT order_items_quantity_reserved_check,
    DROP CONSTRAINT order_items_subtotal_check,
    DROP CONSTRAINT order_items_quantity_cancelled_check,
    DROP CONSTRAINT order_items_quantity_shipped_check,
    DROP CONSTRAINT order_items_quantity_returned_check;

UPDATE order_items SET subtotal = unit_price * quantity WHERE quantity_cancelled > 0;
UPDATE orders o
SET total_amount = (SELECT coalesce(sum(i.subtotal), 0) FROM order_items i WHERE i.order_id = o.id)
WHERE status = 'CANCELLED';

ALTER TABLE orders
    DROP COLUMN returned_amount,
    DROP COLUMN tracking_number,
    DROP COLUMN return_reason,
    ADD CONSTRAINT orders_status_check
        CHECK (status IN ('PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'CANCELLED')),
    ADD CONSTRAINT orders_cancel_reason_check CHECK (cancel_reason IS NULL OR status = 'CANCELLED');
ALTER TABLE order_items
    DROP COLUMN quantity_cancelled,
    DROP COLUMN quantity_shipped,
    DROP COLUMN quantity_returned,
    ADD CONSTRAINT order_items_quantity_reserved_check CHECK (quantity_reserved BETWEEN 0 AND quantity),
    ADD CONSTRAINT order_items_subtotal_check CHECK (subtotal = unit_price * quantity);
