-- gold.camera_counts_state: adds rows of silver.
--
-- Reads   silver.camera_observations
-- Grain   window_start (15 min), camera_id
-- Units   whole numbers of the smallest step that silver keeps, so that sums are exact in any order
-- Re-run  not by itself: the caller's watermarks see to it that a row is added once
INSERT INTO gold.camera_counts_state
WITH
    ifNull(s.counts_car, 0) + ifNull(s.counts_truck, 0) + ifNull(s.counts_motorcycle, 0) + ifNull(s.counts_bus, 0) AS motor_vehicles,
    s.counts_car IS NULL AND s.counts_truck IS NULL AND s.counts_motorcycle IS NULL AND s.counts_bus IS NULL AS not_counted,
    -- As for readings: without counts a speed weighs 1, with 0 vehicles it has no vote, and where there is none neither.
    toUInt64(if(s.mean_speed_kmh IS NULL, 0, if(not_counted, 1, motor_vehicles))) AS weight
SELECT
    toStartOfFifteenMinutes(s.observed_at) AS window_start,
    s.camera_id,
    count() AS readings,
    sum(toUInt64(ifNull(s.counts_car, 0))) AS car_sum,
    count(s.counts_car) AS car_n,
    sum(toUInt64(ifNull(s.counts_truck, 0))) AS truck_sum,
    count(s.counts_truck) AS truck_n,
    sum(toUInt64(ifNull(s.counts_motorcycle, 0))) AS motorcycle_sum,
    count(s.counts_motorcycle) AS motorcycle_n,
    sum(toUInt64(ifNull(s.counts_bus, 0))) AS bus_sum,
    count(s.counts_bus) AS bus_n,
    sum(toUInt64(ifNull(s.counts_bicycle, 0))) AS bicycle_sum,
    count(s.counts_bicycle) AS bicycle_n,
    sum(toUInt64(ifNull(s.counts_pedestrian, 0))) AS pedestrian_sum,
    count(s.counts_pedestrian) AS pedestrian_n,
    sum(weight) AS speed_weight,
    sum(weight * toUInt64(reinterpret(ifNull(s.mean_speed_kmh, toDecimal64(0, 3)), 'Int64'))) AS speed_sum,
    sum(toUInt64(ifNull(s.stopped_vehicles, 0))) AS stopped_sum,
    count(s.stopped_vehicles) AS stopped_n,
    toUInt64(max(ifNull(s.stopped_vehicles, 0))) AS stopped_max,
    sum(toUInt64(reinterpret(ifNull(s.confidence, toDecimal64(0, 4)), 'Int64'))) AS confidence_sum,
    count(s.confidence) AS confidence_n,
    sum(toUInt64(ifNull(s.interval_s, 0))) AS interval_sum,
    count(s.interval_s) AS interval_n,
    max(s.position)
FROM silver.camera_observations AS s
WHERE @rows
GROUP BY window_start, s.camera_id
