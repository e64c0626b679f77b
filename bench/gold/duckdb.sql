-- The same medallion as one DuckDB script, from one NDJSON file: raw lines kept; silver typed, valid and distinct; three
-- gold tables with the same measures. {file} is the NDJSON file.
CREATE TABLE bronze AS
SELECT line
FROM read_csv('{file}', columns = {'line': 'VARCHAR'}, header = false, auto_detect = false, delim = '\x01', quote = '', escape = '', max_line_size = 16777216);

CREATE TABLE silver AS
SELECT DISTINCT ON (sensor_id, measured_at)
    sensor_id,
    coalesce(intersection_id, sensor_id)                     AS intersection_id,
    coalesce(district, 'unassigned')                         AS district,
    "timestamp"                                              AS measured_at,
    vehicle_count                                            AS vehicles,
    CAST(average_speed * 1.609344 AS DECIMAL(9, 3))          AS speed_kmh,
    CAST(occupancy_rate AS DECIMAL(9, 6))                    AS occupancy,
    vehicle_types.car                                        AS vehicles_car,
    vehicle_types.truck                                      AS vehicles_truck,
    vehicle_types.motorcycle                                 AS vehicles_motorcycle,
    vehicle_types.bus                                        AS vehicles_bus,
    CAST(wait_time_seconds AS DECIMAL(9, 3))                 AS wait_s,
    queue_length                                             AS queue_veh,
    lower(signal_state)                                      AS signal_state,
    latitude,
    longitude
FROM read_ndjson('{file}', ignore_errors = true, columns = {
    'sensor_id': 'VARCHAR', 'intersection_id': 'VARCHAR', 'timestamp': 'TIMESTAMP', 'vehicle_count': 'INTEGER',
    'average_speed': 'DOUBLE', 'occupancy_rate': 'DOUBLE',
    'vehicle_types': 'STRUCT(car INTEGER, truck INTEGER, motorcycle INTEGER, bus INTEGER)',
    'wait_time_seconds': 'DOUBLE', 'queue_length': 'INTEGER', 'signal_state': 'VARCHAR', 'latitude': 'DOUBLE',
    'longitude': 'DOUBLE', 'district': 'VARCHAR'})
WHERE length(sensor_id) BETWEEN 1 AND 128
    AND "timestamp" >= TIMESTAMP '2000-01-01'
    AND "timestamp" <= now()::TIMESTAMP + INTERVAL 300 SECOND
    AND (vehicle_count IS NULL OR vehicle_count BETWEEN 0 AND 100000)
    AND (average_speed IS NULL OR average_speed BETWEEN 0 AND 150)
    AND (occupancy_rate IS NULL OR occupancy_rate BETWEEN 0 AND 1)
    AND (wait_time_seconds IS NULL OR wait_time_seconds BETWEEN 0 AND 86400)
    AND (queue_length IS NULL OR queue_length BETWEEN 0 AND 10000)
    AND (latitude IS NULL OR latitude BETWEEN -90 AND 90)
    AND (longitude IS NULL OR longitude BETWEEN -180 AND 180)
    AND (signal_state IS NULL OR lower(signal_state) IN ('red', 'yellow', 'green'));

CREATE TABLE intersection_metrics AS
SELECT time_bucket(INTERVAL 5 MINUTE, measured_at) AS window_start, intersection_id, district, {measures}
FROM silver GROUP BY ALL;

CREATE TABLE district_analytics AS
SELECT time_bucket(INTERVAL 15 MINUTE, measured_at) AS window_start, district, {measures}
FROM silver GROUP BY ALL;

CREATE TABLE hourly_summary AS
SELECT time_bucket(INTERVAL 1 HOUR, measured_at) AS window_start, district, {measures}
FROM silver GROUP BY ALL;

CHECKPOINT;
