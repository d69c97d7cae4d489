-- For clients that poll for changes, and for the server, which reads the latest time on start.
-- Inventory has no such index: every order updates its rows, and PostgreSQL can then update them without any index.
CREATE INDEX customers_updated_at ON customers (updated_at, id);
CREATE INDEX products_updated_at ON products (updated_at, id);
CREATE INDEX orders_updated_at ON orders (updated_at, id);
