-- silver.kiosks_versions: every version of a kiosk.
CREATE TABLE IF NOT EXISTS silver.kiosks_versions
(
    position     UInt64,
    kiosk_id String,
    name Nullable(String),
    latitude Float64,
    withdrawn Nullable(Bool),
    arrived_at   DateTime64(3, 'UTC'),
    source       LowCardinality(String),
    once_hash    FixedString(16),
    content_hash FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (kiosk_id, position)
SETTINGS @durable;
