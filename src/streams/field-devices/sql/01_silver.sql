-- silver.field_devices_versions: every version of every field device; silver.field_devices has the newest of each.
--
-- Key     device_id; the highest updated_at is the newest
CREATE TABLE IF NOT EXISTS silver.field_devices_versions
(
    position     UInt64 CODEC(Delta, LZ4),
    device_id    String,
    updated_at   DateTime64(3, 'UTC'),
    device_type  LowCardinality(String),
    name         Nullable(String),
    status       Nullable(String),
    road_names   Array(String),
    latitude     Float64,
    longitude    Float64,
    details      Nullable(String),
    withdrawn    Nullable(Bool),
    arrived_at   DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    source       LowCardinality(String),
    once_hash    FixedString(16),
    content_hash FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (device_id, updated_at, position)
SETTINGS @durable;
