-- The results of mutations that were sent with an idempotency key. `field` is the response key for the key of a request,
-- and empty for the key of a single field.

CREATE TABLE idempotency (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    field TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    outcome TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT idempotency_key UNIQUE (scope, key, field)
);
CREATE INDEX idempotency_at ON idempotency (at, id);
