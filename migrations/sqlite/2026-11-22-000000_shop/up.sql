-- Money is a count of minor units (cents), time a count of microseconds since 1970 in UTC.
-- AUTOINCREMENT: an id is never given out twice, so a link to something deleted stays dead.

CREATE TABLE customers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL CONSTRAINT customers_name_check CHECK (name <> ''),
    email TEXT NOT NULL,
    -- the folded address, for uniqueness and look-ups
    email_key TEXT NOT NULL CONSTRAINT customers_email_key_key UNIQUE,
    phone TEXT,
    address TEXT,
    notes TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT customers_version_check CHECK (version > 0)
);
CREATE INDEX customers_name ON customers (name, id);
CREATE INDEX customers_created_at ON customers (created_at, id);

CREATE TABLE products (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    sku TEXT NOT NULL CONSTRAINT products_sku_key UNIQUE,
    name TEXT NOT NULL CONSTRAINT products_name_check CHECK (name <> ''),
    description TEXT,
    price BIGINT NOT NULL CONSTRAINT products_price_check CHECK (price >= 0),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT products_version_check CHECK (version > 0)
);
CREATE INDEX products_name ON products (name, id);
CREATE INDEX products_price ON products (price, id);
CREATE INDEX products_created_at ON products (created_at, id);

-- Stock of a product. `reserved` units belong to open orders; the rest is available.
CREATE TABLE inventory (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    product_id BIGINT NOT NULL
        CONSTRAINT inventory_product_id_key UNIQUE
        CONSTRAINT inventory_product_id_fkey REFERENCES products (id) ON DELETE CASCADE,
    quantity INTEGER NOT NULL CONSTRAINT inventory_quantity_check CHECK (quantity >= 0),
    reserved INTEGER NOT NULL DEFAULT 0
        CONSTRAINT inventory_reserved_check CHECK (reserved BETWEEN 0 AND quantity),
    reorder_level INTEGER NOT NULL DEFAULT 0
        CONSTRAINT inventory_reorder_level_check CHECK (reorder_level >= 0),
    last_restock_date BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT inventory_version_check CHECK (version > 0)
);

-- Manual corrections of stock, with their reasons. Rows are never updated.
CREATE TABLE inventory_adjustments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    inventory_id BIGINT NOT NULL
        CONSTRAINT inventory_adjustments_inventory_id_fkey REFERENCES inventory (id) ON DELETE CASCADE,
    delta INTEGER NOT NULL CONSTRAINT inventory_adjustments_delta_check CHECK (delta <> 0),
    reason TEXT NOT NULL CONSTRAINT inventory_adjustments_reason_check CHECK (reason <> ''),
    created_at BIGINT NOT NULL
);
CREATE INDEX inventory_adjustments_inventory_id ON inventory_adjustments (inventory_id, id);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    reference TEXT CONSTRAINT orders_reference_key UNIQUE,
    customer_id BIGINT NOT NULL CONSTRAINT orders_customer_id_fkey REFERENCES customers (id),
    order_date BIGINT NOT NULL,
    status TEXT NOT NULL CONSTRAINT orders_status_check
        CHECK (status IN ('PENDING', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'CANCELLED')),
    total_amount BIGINT NOT NULL CONSTRAINT orders_total_amount_check CHECK (total_amount >= 0),
    notes TEXT,
    cancel_reason TEXT CONSTRAINT orders_cancel_reason_check
        CHECK (cancel_reason IS NULL OR status = 'CANCELLED'),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT orders_version_check CHECK (version > 0)
);
CREATE INDEX orders_customer_id ON orders (customer_id, id);
CREATE INDEX orders_order_date ON orders (order_date, id);
CREATE INDEX orders_status ON orders (status, id);
CREATE INDEX orders_total_amount ON orders (total_amount, id);

-- Order items. Name, SKU and price are copied when the order is placed and do not follow the product.
CREATE TABLE order_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    order_id BIGINT NOT NULL
        CONSTRAINT order_items_order_id_fkey REFERENCES orders (id) ON DELETE CASCADE,
    product_id BIGINT NOT NULL CONSTRAINT order_items_product_id_fkey REFERENCES products (id),
    product_name TEXT NOT NULL,
    product_sku TEXT NOT NULL,
    quantity INTEGER NOT NULL CONSTRAINT order_items_quantity_check CHECK (quantity > 0),
    quantity_reserved INTEGER NOT NULL CONSTRAINT order_items_quantity_reserved_check
        CHECK (quantity_reserved BETWEEN 0 AND quantity),
    unit_price BIGINT NOT NULL CONSTRAINT order_items_unit_price_check CHECK (unit_price >= 0),
    subtotal BIGINT NOT NULL CONSTRAINT order_items_subtotal_check
        CHECK (subtotal = unit_price * quantity),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT order_items_version_check CHECK (version > 0)
);
CREATE INDEX order_items_order_id ON order_items (order_id, id);
CREATE INDEX order_items_product_id ON order_items (product_id, id);
