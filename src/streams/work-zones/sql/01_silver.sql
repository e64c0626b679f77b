-- silver.work_zones_versions: every version of every work zone; silver.work_zones has the newest of each.
--
-- Key     work_zone_id; the highest updated_at is the newest
CREATE TABLE IF NOT EXISTS silver.work_zones_versions
(
    position        UInt64 CODEC(Delta, LZ4),
    work_zone_id    String,
    updated_at      DateTime64(3, 'UTC'),
    event_type      LowCardinality(String),
    name            Nullable(String),
    description     Nullable(String),
    road_names      Array(String),
    direction       LowCardinality(String),
    starts_at       DateTime64(3, 'UTC'),
    ends_at         DateTime64(3, 'UTC'),
    start_verified  Nullable(Bool),
    end_verified    Nullable(Bool),
    status          Nullable(String),
    vehicle_impact  Nullable(String),
    work_zone_type  Nullable(String),
    workers_present Nullable(Bool),
    speed_limit_kmh Nullable(Decimal(18, 3)),
    lanes           Nullable(String),
    restrictions    Nullable(String),
    types_of_work   Array(String),
    geometry        String,
    related         Nullable(String),
    data_source_id  Nullable(String),
    details         Nullable(String),
    withdrawn       Nullable(Bool),
    arrived_at      DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    source          LowCardinality(String),
    once_hash       FixedString(16),
    content_hash    FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (work_zone_id, updated_at, position)
SETTINGS @durable;
