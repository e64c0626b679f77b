-- silver.air: one row per station and time.
CREATE TABLE IF NOT EXISTS silver.air
(
    position     UInt64,
    station_id LowCardinality(String),
    observed_at DateTime64(3, 'UTC'),
    temperature_c Nullable(Decimal(18, 2)),
    dust Nullable(Int64),
    dry Nullable(Bool),
    arrived_at   DateTime64(3, 'UTC'),
    source       LowCardinality(String),
    once_hash    FixedString(16),
    content_hash FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toDate(observed_at)
ORDER BY (station_id, observed_at, position)
SETTINGS @durable;
