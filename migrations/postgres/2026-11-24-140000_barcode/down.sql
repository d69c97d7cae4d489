DROP INDEX products_barcode_key;
ALTER TABLE products DROP COLUMN barcode;
