-- silver.readings: one row per sensor and time, the first arrival; never a repeat, so no reader needs FINAL.
--
-- Key     sensor_id, measured_at
-- Units   as the column names say | occupancy 0..1 | local_* are the city's clock (the engine's zone data is too old to ask)
-- Order   inserted in log order, one part per partition and batch: max(position) of a partition is its watermark
CREATE TABLE IF NOT EXISTS silver.readings
(
    position            UInt64 CODEC(Delta, LZ4),
    sensor_id           LowCardinality(String),
    intersection_id     LowCardinality(String),
    district            LowCardinality(String),
    measured_at         DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    arrived_at          DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    source              LowCardinality(String),
    vehicles            Nullable(UInt32),
    speed_kmh           Nullable(Decimal32(3)),
    occupancy           Nullable(Decimal32(6)),
    vehicles_car        Nullable(UInt32),
    vehicles_truck      Nullable(UInt32),
    vehicles_motorcycle Nullable(UInt32),
    vehicles_bus        Nullable(UInt32),
    wait_s              Nullable(Decimal32(3)),
    queue_veh           Nullable(UInt16),
    signal_state        Nullable(Enum8('red' = 1, 'yellow' = 2, 'green' = 3)),
    latitude            Nullable(Float64),
    longitude           Nullable(Float64),
    interval_s          UInt32,
    local_date          Date,
    local_hour          UInt8,
    local_weekday       UInt8,
    content             UInt32 COMMENT 'Hash of the measures and place as sent: tells a conflict from a repeat',
    INDEX position_range position TYPE minmax GRANULARITY 64
)
ENGINE = @MergeTree
PARTITION BY toDate(measured_at)
ORDER BY (sensor_id, measured_at)
SETTINGS @durable;
