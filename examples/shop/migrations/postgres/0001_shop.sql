-- The types are those that `sqlx::Any` reads: times are text, as in SQLite.

CREATE TABLE items (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE,
    description TEXT,
    category    TEXT    NOT NULL,
    price       BIGINT NOT NULL CHECK (price > 0),
    stock       BIGINT NOT NULL CHECK (stock >= 0),
    created_at  TEXT    NOT NULL
);

CREATE TABLE customers (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       TEXT    NOT NULL,
    email      TEXT    NOT NULL UNIQUE,
    newsletter BIGINT NOT NULL
);

CREATE TABLE orders (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id BIGINT NOT NULL REFERENCES customers (id) DEFERRABLE,
    status      TEXT    NOT NULL,
    placed_at   TEXT    NOT NULL
);

CREATE INDEX orders_by_customer ON orders (customer_id);

-- `price` is what the item cost when it was ordered.
CREATE TABLE order_lines (
    order_id BIGINT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    item_id  BIGINT NOT NULL REFERENCES items (id),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    price    BIGINT NOT NULL,
    PRIMARY KEY (order_id, position)
);

CREATE INDEX order_lines_by_item ON order_lines (item_id);

-- An order as the API returns it.
CREATE VIEW order_details AS
SELECT
    orders.*,
    (SELECT sum(quantity * price)::BIGINT FROM order_lines WHERE order_id = orders.id) AS total,
    (
        SELECT json_agg(json_build_object('item_id', item_id, 'quantity', quantity, 'price', price) ORDER BY position)::TEXT
        FROM order_lines
        WHERE order_id = orders.id
    ) AS lines
FROM orders;

-- What was sent to customers.
CREATE TABLE confirmations (
    id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id BIGINT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    email    TEXT    NOT NULL,
    sent_at  TEXT    NOT NULL
);

CREATE INDEX confirmations_by_order ON confirmations (order_id);

CREATE TABLE reviews (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_id     BIGINT NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    customer_id BIGINT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    stars       BIGINT NOT NULL,
    text        TEXT    NOT NULL,
    written_at  TEXT    NOT NULL,
    UNIQUE (item_id, customer_id)
);

CREATE INDEX reviews_by_customer ON reviews (customer_id);
