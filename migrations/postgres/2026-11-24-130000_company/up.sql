ALTER TABLE customers ADD COLUMN company TEXT;
