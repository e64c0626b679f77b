-- What a verification computes: readings by the rules (verify_lines, repeats still in) and the first arrivals of them.
CREATE OR REPLACE TABLE lake.verify_lines
(
    position UInt64, sensor_id String, intersection_id String, district String, measured_at DateTime64(3, 'UTC'),
    vehicles Nullable(UInt32), speed_mh Nullable(Int32), occupancy_millionths Nullable(Int32), wait_ms Nullable(Int32),
    queue_veh Nullable(UInt16), car Nullable(UInt32), truck Nullable(UInt32), motorcycle Nullable(UInt32), bus Nullable(UInt32),
    interval_s UInt32, local_hours Int64
)
ENGINE = MergeTree ORDER BY (sensor_id, measured_at, position);

CREATE OR REPLACE VIEW lake.verify_readings AS
SELECT *, if(speed_mh IS NULL, 0, ifNull(vehicles, 1)) AS weight
FROM (SELECT * FROM lake.verify_lines ORDER BY sensor_id, measured_at, position LIMIT 1 BY sensor_id, measured_at);
