-- A deterministic data set: 1,000 customers, 500 products with sufficient stock, and 10,000 orders
-- with 3 items each. The orders of a customer are not adjacent, and the dates of orders are
-- distinct and not in id order. The SQL is valid for SQLite and PostgreSQL.

CREATE TEMP TABLE numbers (n BIGINT PRIMARY KEY);
WITH RECURSIVE count (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 30000)
INSERT INTO numbers SELECT n FROM count;

-- 2024-01-01T00:00:00.123456Z
CREATE TEMP TABLE start AS SELECT 1704067200123456 AS micros;

INSERT INTO customers (id, name, email, email_key, phone, address, notes, created_at, updated_at)
SELECT n,
       CASE n % 4 WHEN 0 THEN 'Zoë Müller ' WHEN 1 THEN 'Anna Kowalska ' WHEN 2 THEN 'James Smith ' ELSE 'Mei Tanaka ' END || n,
       'customer' || n || '@shop.example', 'customer' || n || '@shop.example',
       CASE WHEN n % 3 > 0 THEN '+1 555 ' || (100000 + n) END,
       n || ' Market Street, Springfield',
       CASE WHEN n % 10 = 0 THEN 'Rings twice.' END,
       micros + n * 60000000, micros + n * 60000000
FROM numbers, start WHERE n <= 1000;

INSERT INTO products (id, sku, name, description, price, created_at, updated_at)
SELECT n,
       'SKU-' || substr(CAST(100000 + n AS TEXT), 2),
       CASE n % 3 WHEN 0 THEN 'Steel bolt ' WHEN 1 THEN 'Oak board ' ELSE 'Brass hinge ' END || n,
       CASE WHEN n % 10 = 0 THEN NULL
            WHEN n % 25 = 1 THEN 'The 5" one, for those who know what they need.'
            ELSE 'Good for everyday work, number ' || n || ' in the catalogue; packed in a box of ten.' END,
       99 + n * 7919 % 20000,
       micros + n * 1000000, micros + n * 1000000
FROM numbers, start WHERE n <= 500;

INSERT INTO orders (id, customer_id, order_date, status, total_amount, created_at, updated_at)
SELECT n,
       (n - 1) % 1000 + 1,
       micros + (n * 7919 % 10000) * 3600000000,
       CASE n % 7 WHEN 0 THEN 'CANCELLED' WHEN 1 THEN 'PENDING' WHEN 2 THEN 'PROCESSING' WHEN 3 THEN 'SHIPPED' ELSE 'DELIVERED' END,
       0,
       micros + n * 1000, micros + n * 1000
FROM numbers, start WHERE n <= 10000;

-- The three products of an order are distinct: their offsets are 0, 167 and 334 modulo 500.
INSERT INTO order_items (id, order_id, product_id, product_name, product_sku, quantity, quantity_reserved,
                         unit_price, subtotal, created_at, updated_at, quantity_cancelled, quantity_shipped)
SELECT n, o.id, p.id, p.name, p.sku,
       n % 5 + 1,
       CASE WHEN o.status IN ('PENDING', 'PROCESSING') THEN n % 5 + 1 ELSE 0 END,
       p.price, CASE WHEN o.status = 'CANCELLED' THEN 0 ELSE p.price * (n % 5 + 1) END, o.created_at, o.created_at,
       CASE WHEN o.status = 'CANCELLED' THEN n % 5 + 1 ELSE 0 END,
       CASE WHEN o.status IN ('SHIPPED', 'DELIVERED') THEN n % 5 + 1 ELSE 0 END
FROM numbers
JOIN orders o ON o.id = (n - 1) / 3 + 1
JOIN products p ON p.id = (o.id * 2971 + o.id / 1000 * 37 + (n - 1) % 3 * 167) % 500 + 1;

UPDATE orders SET total_amount = (SELECT sum(subtotal) FROM order_items WHERE order_id = orders.id);

INSERT INTO inventory (product_id, quantity, reserved, reorder_level, created_at, updated_at)
SELECT p.id, 100000000, coalesce(sum(i.quantity_reserved), 0), 10, p.created_at, p.updated_at
FROM products p LEFT JOIN order_items i ON i.product_id = p.id
GROUP BY p.id;

DROP TABLE numbers;
DROP TABLE start;
