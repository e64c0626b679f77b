-- silver.stations_versions: every version of every weather station; silver.stations has the newest of each.
--
-- Key     station_id; the highest position is the newest
CREATE TABLE IF NOT EXISTS silver.stations_versions
(
    position            UInt64 CODEC(Delta, LZ4),
    station_id          LowCardinality(String),
    name                Nullable(String),
    latitude            Float64,
    longitude           Float64,
    elevation_m         Nullable(Decimal(18, 1)),
    provider            Nullable(String),
    withdrawn           Nullable(Bool),
    arrived_at          DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    source              LowCardinality(String),
    once_hash           FixedString(16),
    content_hash        FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (station_id, position)
SETTINGS @durable;
