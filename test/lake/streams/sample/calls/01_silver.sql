-- silver.calls: every call.
CREATE TABLE IF NOT EXISTS silver.calls
(
    position     UInt64,
    called_at DateTime64(3, 'UTC'),
    what String,
    counts_car Nullable(Int64),
    counts_bus Nullable(Int64),
    shape Nullable(String),
    arrived_at   DateTime64(3, 'UTC'),
    source       LowCardinality(String),
    once_hash    FixedString(16),
    content_hash FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toDate(called_at)
ORDER BY (called_at, position)
SETTINGS @durable;
