-- The shop every scenario starts from. Small, and every odd case is in it once. The ids of the nouns
-- do not overlap (customers from 1, inventories from 11, orders from 101, lines from 1001), so that a
-- mix-up of two kinds of id finds nothing instead of the wrong thing. Prices are cents; times are
-- microseconds since 1970: 1767225600000000 is 2026-01-01T00:00:00Z, a day is 86400000000.

INSERT INTO customers (id, name, email, email_key, phone, address, notes, created_at, updated_at) VALUES
    (1, 'Ada Lovelace', 'ada@example.com', 'ada@example.com', '+44 20 7946 0001', '12 St James''s Square, London', 'Pays early', 1764547200000000, 1764547200000000),
    (2, 'Zoë Ångström', 'zoe@example.com', 'zoe@example.com', NULL, 'Storgatan 1, Västerås', NULL, 1764633600000000, 1764633600000000),
    (3, 'Grace Hopper', 'grace@example.com', 'grace@example.com', '+1 202 555 0103', NULL, NULL, 1764720000000000, 1764720000000000),
    -- has no order
    (4, '李娜', 'li.na@example.com', 'li.na@example.com', NULL, NULL, NULL, 1764806400000000, 1764806400000000),
    -- the address is kept as it was typed, and found in any case
    (5, 'Bob O''Neill', 'Bob.ONeill@Example.com', 'bob.oneill@example.com', '+353 1 555 0105', NULL, '100% of_discount', 1764892800000000, 1764892800000000);

INSERT INTO products (id, sku, name, description, price, created_at, updated_at) VALUES
    (1, 'TEA-100', 'Green tea', 'Sencha, 100 g', 450, 1764547200000000, 1764547200000000),
    -- dearer now than when it was ordered
    (2, 'CUP-200', 'Porcelain cup', NULL, 1200, 1764547200000000, 1764633600000000),
    -- low: 2 available
    (3, 'POT-300', 'Cast-iron pot', 'Holds 0.8 l', 8999, 1764547200000000, 1764547200000000),
    -- sold out
    (4, 'SPN-400', 'Löffel', NULL, 325, 1764547200000000, 1764547200000000),
    -- has no inventory
    (5, 'GFT-500', 'Gift card', 'Sent by e-mail', 2500, 1764547200000000, 1764547200000000),
    -- the last 50; nobody has ordered it
    (6, 'BOX-600', 'Sampler box', NULL, 1999, 1764547200000000, 1764547200000000);

INSERT INTO inventory (id, product_id, quantity, reserved, reorder_level, last_restock_date, created_at, updated_at) VALUES
    (11, 1, 100, 10, 20, 1766016000000000, 1764547200000000, 1767258000000000),
    (12, 2, 30, 4, 10, 1766016000000000, 1764547200000000, 1767258000000000),
    (13, 3, 5, 3, 5, NULL, 1764547200000000, 1767258000000000),
    (14, 4, 0, 0, 10, NULL, 1764547200000000, 1764547200000000),
    (16, 6, 50, 0, 0, NULL, 1764547200000000, 1764547200000000);

INSERT INTO orders (id, reference, customer_id, order_date, status, total_amount, notes, cancel_reason, created_at, updated_at) VALUES
    (101, 'A-101', 1, 1767258000000000, 'PENDING', 13499, 'Gift wrapping', NULL, 1767258000000000, 1767258000000000),
    (102, 'A-102', 2, 1767171600000000, 'PROCESSING', 22598, NULL, NULL, 1767171600000000, 1767258000000000),
    (103, 'A-103', 1, 1766998800000000, 'SHIPPED', 7200, NULL, NULL, 1766998800000000, 1767085200000000),
    (104, NULL, 3, 1765530000000000, 'DELIVERED', 11000, NULL, NULL, 1765530000000000, 1765789200000000),
    (105, 'A-105', 2, 1765616400000000, 'CANCELLED', 0, NULL, 'Ordered twice', 1765616400000000, 1765620000000000),
    -- as an import leaves it: open, but stock did not cover it
    (106, 'A-106', 5, 1765702800000000, 'PENDING', 975, NULL, NULL, 1765702800000000, 1765702800000000);

INSERT INTO order_items (id, order_id, product_id, product_name, product_sku, quantity, quantity_reserved, unit_price, subtotal, created_at, updated_at, quantity_cancelled, quantity_shipped) VALUES
    (1001, 101, 1, 'Green tea', 'TEA-100', 10, 10, 450, 4500, 1767258000000000, 1767258000000000, 0, 0),
    (1002, 101, 3, 'Cast-iron pot', 'POT-300', 1, 1, 8999, 8999, 1767258000000000, 1767258000000000, 0, 0),
    (1003, 102, 3, 'Cast-iron pot', 'POT-300', 2, 2, 8999, 17998, 1767171600000000, 1767171600000000, 0, 0),
    (1004, 102, 2, 'Porcelain cup', 'CUP-200', 4, 4, 1150, 4600, 1767171600000000, 1767171600000000, 0, 0),
    (1005, 103, 2, 'Porcelain cup', 'CUP-200', 6, 0, 1200, 7200, 1766998800000000, 1767085200000000, 0, 6),
    (1006, 104, 1, 'Green tea', 'TEA-100', 20, 0, 425, 8500, 1765530000000000, 1765789200000000, 0, 20),
    (1007, 104, 5, 'Gift card', 'GFT-500', 1, 0, 2500, 2500, 1765530000000000, 1765789200000000, 0, 1),
    (1008, 105, 2, 'Porcelain cup', 'CUP-200', 1, 0, 1200, 0, 1765616400000000, 1765620000000000, 1, 0),
    (1009, 106, 4, 'Löffel', 'SPN-400', 3, 0, 325, 975, 1765702800000000, 1765702800000000, 0, 0);

-- The opening movements of the stock, and a fixed name for cursors of the log.
INSERT INTO events (id, position, kind, at, product_id, version, quantity_delta, reserved_delta, quantity, reserved)
SELECT row_number() OVER (ORDER BY id), row_number() OVER (ORDER BY id), 'STOCK_OPENED', updated_at, product_id, version,
       quantity, reserved, quantity, reserved
FROM inventory;
UPDATE event_log SET head = (SELECT count(*) FROM events), epoch = '0123456789abcdef';
