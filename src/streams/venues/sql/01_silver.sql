-- silver.venues_versions: every version of every venue; silver.venues has the newest of each.
--
-- Key     venue_id; the highest position is the newest
CREATE TABLE IF NOT EXISTS silver.venues_versions
(
    position     UInt64 CODEC(Delta, LZ4),
    venue_id     String,
    name         String,
    latitude     Float64,
    longitude    Float64,
    capacity     Nullable(Int64),
    withdrawn    Nullable(Bool),
    arrived_at   DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    source       LowCardinality(String),
    once_hash    FixedString(16),
    content_hash FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (venue_id, position)
SETTINGS @durable;
