-- silver.cameras_versions: every version of every camera; silver.cameras has the newest of each.
--
-- Key     camera_id; the highest position is the newest
CREATE TABLE IF NOT EXISTS silver.cameras_versions
(
    position            UInt64 CODEC(Delta, LZ4),
    camera_id           LowCardinality(String),
    name                Nullable(String),
    latitude            Float64,
    longitude           Float64,
    direction           Nullable(String),
    intersection_id     Nullable(String),
    district            Nullable(String),
    snapshot_url        Nullable(String),
    shown               Nullable(String),
    withdrawn           Nullable(Bool),
    arrived_at          DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    source              LowCardinality(String),
    once_hash           FixedString(16),
    content_hash        FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (camera_id, position)
SETTINGS @durable;
