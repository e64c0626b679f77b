-- silver.incident_versions: every version of every report of the incident record, as its source gave it.
--
-- Key     incident_id; the newest is the greatest by updated_at, has_source_id and content_hash, whatever came first
CREATE TABLE IF NOT EXISTS silver.incident_versions
(
    position             UInt64 CODEC(Delta, LZ4),
    incident_id          String CODEC(ZSTD(1)),
    has_source_id        Bool,
    updated_at           DateTime64(3, 'UTC'),
    modified_known       Nullable(Bool),
    started_at           DateTime64(3, 'UTC'),
    utc_offset_min       Int64,
    title                Nullable(String),
    description          Nullable(String),
    quadrant             Nullable(String),
    latitude             Float64,
    longitude            Float64,
    repaired             Nullable(Bool),
    original_started_at  Nullable(String),
    original_modified_at Nullable(String),
    withdrawn            Nullable(Bool),
    arrived_at           DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    source               LowCardinality(String),
    once_hash            FixedString(16),
    content_hash         FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (incident_id, updated_at, position)
SETTINGS @durable;
