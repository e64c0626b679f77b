-- gold.camera_stand_ins_state: adds rows of silver.
--
-- Reads   silver.camera_observations
-- Grain   window_start (5 min), camera_id
-- Units   as for the sums of loops: m/h, µs/km (slower than 1 km/h counts as 1 km/h), whole numbers
-- Re-run  not by itself: the caller's watermarks see to it that a row is added once
INSERT INTO gold.camera_stand_ins_state
WITH
    -- What was counted over more than the window is not the window's.
    ifNull(s.interval_s, 0) <= 300 AS fits,
    ifNull(s.counts_car, 0) + ifNull(s.counts_truck, 0) + ifNull(s.counts_motorcycle, 0) + ifNull(s.counts_bus, 0) AS motor_vehicles,
    s.counts_car IS NULL AND s.counts_truck IS NULL AND s.counts_motorcycle IS NULL AND s.counts_bus IS NULL AS not_counted,
    -- As for readings: without counts a speed weighs 1, with 0 vehicles it has no vote, and where there is none neither.
    toUInt64(if(s.mean_speed_kmh IS NULL OR NOT fits, 0, if(not_counted, 1, motor_vehicles))) AS weight,
    toUInt64(reinterpret(ifNull(s.mean_speed_kmh, toDecimal64(0, 3)), 'Int64')) AS speed
SELECT
    toStartOfFiveMinutes(s.observed_at) AS window_start,
    s.camera_id,
    count() AS readings,
    countIf(fits) AS counted,
    sumIf(toUInt64(motor_vehicles), fits) AS vehicles,
    countIf(fits AND NOT not_counted) AS vehicles_n,
    sum(weight) AS speed_weight,
    sum(weight * speed) AS speed_sum,
    sum(toUInt128(weight) * intDiv(3600000000000, greatest(speed, 1000))) AS pace_sum,
    sumIf(toUInt64(ifNull(s.counts_car, 0)), fits) AS car_sum,
    countIf(fits AND s.counts_car IS NOT NULL) AS car_n,
    sumIf(toUInt64(ifNull(s.counts_truck, 0)), fits) AS truck_sum,
    countIf(fits AND s.counts_truck IS NOT NULL) AS truck_n,
    sumIf(toUInt64(ifNull(s.counts_motorcycle, 0)), fits) AS motorcycle_sum,
    countIf(fits AND s.counts_motorcycle IS NOT NULL) AS motorcycle_n,
    sumIf(toUInt64(ifNull(s.counts_bus, 0)), fits) AS bus_sum,
    countIf(fits AND s.counts_bus IS NOT NULL) AS bus_n,
    sumIf(toUInt64(ifNull(s.interval_s, 0)), fits) AS interval_sum,
    countIf(fits AND s.interval_s IS NOT NULL) AS interval_n,
    max(s.position)
FROM silver.camera_observations AS s
WHERE @rows
GROUP BY window_start, s.camera_id
