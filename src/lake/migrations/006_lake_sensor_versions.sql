-- lake.sensor_versions: every state the sensor register had; the highest position per sensor is today's.
CREATE TABLE IF NOT EXISTS lake.sensor_versions
(
    position        UInt64,
    sensor_id       String,
    removed         Bool,
    intersection_id Nullable(String),
    name            Nullable(String),
    latitude        Nullable(Float64),
    longitude       Nullable(Float64),
    district        Nullable(String),
    interval_s      Nullable(UInt32),
    lanes           Nullable(UInt8),
    camera          Nullable(Bool)
)
ENGINE = @MergeTree
ORDER BY (sensor_id, position)
SETTINGS @durable;
