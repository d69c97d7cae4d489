DROP TABLE order_items;
DROP TABLE orders;
DROP TABLE inventory_adjustments;
DROP TABLE inventory;
DROP TABLE products;
DROP TABLE customers;
DROP FUNCTION fold_case(TEXT);
