-- silver.events_versions: every version of every event; silver.events has the newest of each.
--
-- Key     event_id; the highest updated_at is the newest
CREATE TABLE IF NOT EXISTS silver.events_versions
(
    position            UInt64 CODEC(Delta, LZ4),
    event_id            String,
    updated_at          DateTime64(3, 'UTC'),
    kind                LowCardinality(String),
    title               String,
    status              LowCardinality(String),
    starts_at           DateTime64(3, 'UTC'),
    ends_at             DateTime64(3, 'UTC'),
    doors_open_at       Nullable(DateTime64(3, 'UTC')),
    venue_id            Nullable(String),
    place               Nullable(String),
    latitude            Nullable(Float64),
    longitude           Nullable(Float64),
    line                Nullable(String),
    expected_attendance Nullable(Int64),
    road_effect         Nullable(String),
    description         Nullable(String),
    url                 Nullable(String),
    withdrawn           Nullable(Bool),
    arrived_at          DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    source              LowCardinality(String),
    once_hash           FixedString(16),
    content_hash        FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (event_id, updated_at, position)
SETTINGS @durable;
