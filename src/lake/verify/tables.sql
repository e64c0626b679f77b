-- What a verification computes: readings by the rules (verify_lines, repeats still in), the first arrivals of them, and silver in the same columns.
CREATE OR REPLACE TABLE lake.verify_lines
(
    position UInt64, sensor_id String, intersection_id String, district String, measured_at DateTime64(3, 'UTC'),
    vehicles Nullable(UInt32), speed_mh Nullable(Int32), occupancy_millionths Nullable(Int32), wait_ms Nullable(Int32),
    queue_veh Nullable(UInt16), car Nullable(UInt32), truck Nullable(UInt32), motorcycle Nullable(UInt32), bus Nullable(UInt32),
    interval_s UInt32, local_hours Int64
)
ENGINE = MergeTree ORDER BY (sensor_id, measured_at, position);

CREATE OR REPLACE TABLE lake.verify_readings AS lake.verify_lines
ENGINE = MergeTree ORDER BY (sensor_id, measured_at);

CREATE OR REPLACE VIEW lake.verify_silver AS
SELECT
    position, toString(r.sensor_id) AS sensor_id, toString(r.intersection_id) AS intersection_id, toString(r.district) AS district, measured_at,
    vehicles, toInt32(toDecimal64(speed_kmh, 3) * 1000) AS speed_mh, toInt32(toDecimal64(occupancy, 6) * 1000000) AS occupancy_millionths,
    toInt32(toDecimal64(wait_s, 3) * 1000) AS wait_ms, queue_veh, vehicles_car AS car, vehicles_truck AS truck,
    vehicles_motorcycle AS motorcycle, vehicles_bus AS bus, interval_s, toInt64(toInt32(local_date)) * 24 + local_hour AS local_hours
FROM silver.readings AS r;
