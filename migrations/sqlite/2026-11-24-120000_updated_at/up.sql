-- Clients poll for what has changed since they looked last; the server reads the latest time when it starts.
-- Not on inventory: its rows change with every order, and PostgreSQL then writes no index at all.
CREATE INDEX customers_updated_at ON customers (updated_at, id);
CREATE INDEX products_updated_at ON products (updated_at, id);
CREATE INDEX orders_updated_at ON orders (updated_at, id);
