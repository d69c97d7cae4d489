DROP INDEX orders_updated_at;
DROP INDEX products_updated_at;
DROP INDEX customers_updated_at;
