ALTER TABLE customers DROP COLUMN company;
