-- lake.sensor_sightings: a row when a sensor is first seen and whenever its place or interval changes in silver.
CREATE TABLE IF NOT EXISTS lake.sensor_sightings
(
    position        UInt64,
    sensor_id       String,
    intersection_id String,
    district        String,
    latitude        Nullable(Float64),
    longitude       Nullable(Float64),
    interval_s      UInt32,
    measured_at     DateTime64(3, 'UTC')
)
ENGINE = @MergeTree
ORDER BY (sensor_id, position)
SETTINGS @durable;
