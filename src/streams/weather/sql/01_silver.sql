-- silver.weather: one row per station and time, the first arrival.
--
-- Key     station_id, observed_at
-- Units   as the column names say | humidity 0..1
CREATE TABLE IF NOT EXISTS silver.weather
(
    position            UInt64 CODEC(Delta, LZ4),
    station_id          LowCardinality(String),
    observed_at         DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    temperature_c       Nullable(Decimal(18, 2)),
    humidity            Nullable(Decimal(18, 4)),
    precipitation_mm_h  Nullable(Decimal(18, 3)),
    visibility_km       Nullable(Decimal(18, 3)),
    wind_speed_kmh      Nullable(Decimal(18, 2)),
    condition           Nullable(String),
    latitude            Nullable(Float64),
    longitude           Nullable(Float64),
    dew_point_c         Nullable(Decimal(18, 2)),
    pressure_hpa        Nullable(Decimal(18, 2)),
    road_state          Nullable(String),
    road_temperature_c  Nullable(Decimal(18, 2)),
    snow_depth_mm       Nullable(Decimal(18, 1)),
    arrived_at          DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    source              LowCardinality(String),
    once_hash           FixedString(16),
    content_hash        FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(observed_at)
ORDER BY (station_id, observed_at, position)
SETTINGS @durable;
