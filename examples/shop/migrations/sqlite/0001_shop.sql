-- AUTOINCREMENT: the number of a deleted row is never used again.

CREATE TABLE items (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT    NOT NULL UNIQUE,
    description TEXT,
    category    TEXT    NOT NULL,
    price       INTEGER NOT NULL CHECK (price > 0),
    stock       INTEGER NOT NULL CHECK (stock >= 0),
    created_at  TEXT    NOT NULL
) STRICT;

CREATE TABLE customers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL,
    email      TEXT    NOT NULL UNIQUE,
    newsletter INTEGER NOT NULL
) STRICT;

CREATE TABLE orders (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    status      TEXT    NOT NULL,
    placed_at   TEXT    NOT NULL
) STRICT;

CREATE INDEX orders_by_customer ON orders (customer_id);

-- `price` is what the item cost when it was ordered.
CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    item_id  INTEGER NOT NULL REFERENCES items (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    price    INTEGER NOT NULL,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX order_lines_by_item ON order_lines (item_id);

-- An order as the API returns it.
CREATE VIEW order_details AS
SELECT
    orders.*,
    (SELECT sum(quantity * price) FROM order_lines WHERE order_id = orders.id) AS total,
    (
        SELECT json_group_array(json_object('item_id', item_id, 'quantity', quantity, 'price', price) ORDER BY position)
        FROM order_lines
        WHERE order_id = orders.id
    ) AS lines
FROM orders;

-- What was sent to customers.
CREATE TABLE confirmations (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    email    TEXT    NOT NULL,
    sent_at  TEXT    NOT NULL
) STRICT;

CREATE INDEX confirmations_by_order ON confirmations (order_id);

CREATE TABLE reviews (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id     INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    stars       INTEGER NOT NULL,
    text        TEXT    NOT NULL,
    written_at  TEXT    NOT NULL,
    UNIQUE (item_id, customer_id)
) STRICT;

CREATE INDEX reviews_by_customer ON reviews (customer_id);
