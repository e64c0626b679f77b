-- lake.gold_delta: what silver got between two positions, as 5-minute sums: what the gold tables are fed from.
--
-- Reads   silver.readings; the index on position leaves out the parts that are older
-- Grain   window_start (5 min), intersection_id, district, last_night
-- Units   speed m/h, pace µs/km (slower than 1 km/h counts as 1 km/h), occupancy millionths, wait ms: whole numbers, so that
--         sums are exact in any order
-- Params  @rows, which of silver's rows: {after:Int64} exclusive, {upto:Int64} inclusive position; {from_day:Date}, {to_day:Date} inclusive
-- Re-run  safe on an emptied table
INSERT INTO lake.gold_delta
SELECT
    toStartOfFiveMinutes(measured_at)                                              AS window_start,
    intersection_id,
    district,
    if(@is_night, local_date - 1, local_date)                                 AS last_night,
    count()                                                                        AS readings,
    uniqExactState(sensor_id)                                                      AS sensors,
    sum(ifNull(r.vehicles, 0))                                                     AS vehicles,
    count(r.vehicles)                                                              AS vehicles_n,
    sum(weight)                                                                    AS speed_weight,
    sum(weight * speed)                                                            AS speed_sum,
    sum(toUInt128(weight) * intDiv(3600000000000, greatest(speed, 1000)))          AS pace_sum,
    sum(reinterpret(ifNull(r.occupancy, toDecimal32(0, 6)), 'UInt32'))             AS occupancy_sum,
    count(r.occupancy)                                                             AS occupancy_n,
    max(reinterpret(ifNull(r.occupancy, toDecimal32(0, 6)), 'UInt32'))             AS occupancy_max,
    sum(reinterpret(ifNull(r.wait_s, toDecimal32(0, 3)), 'UInt32'))                AS wait_sum,
    count(r.wait_s)                                                                AS wait_n,
    max(ifNull(r.queue_veh, 0))                                                    AS queue_max,
    count(r.queue_veh)                                                             AS queue_n,
    sum(toUInt64(ifNull(r.queue_veh, 0)) * interval_s)                             AS idle_sum,
    sum(ifNull(r.vehicles_car, 0))                                                 AS car_sum,
    count(r.vehicles_car)                                                          AS car_n,
    sum(ifNull(r.vehicles_truck, 0))                                               AS truck_sum,
    count(r.vehicles_truck)                                                        AS truck_n,
    sum(ifNull(r.vehicles_motorcycle, 0))                                          AS motorcycle_sum,
    count(r.vehicles_motorcycle)                                                   AS motorcycle_n,
    sum(ifNull(r.vehicles_bus, 0))                                                 AS bus_sum,
    count(r.vehicles_bus)                                                          AS bus_n,
    max(r.position)                                                                AS position
FROM
(
    SELECT
        *,
        toUInt64(reinterpret(ifNull(speed_kmh, toDecimal32(0, 3)), 'UInt32'))      AS speed,
        -- A reading without a count weighs 1, one that counted 0 has no vote, one without a speed neither.
        toUInt64(if(speed_kmh IS NULL, 0, ifNull(vehicles, 1)))                    AS weight
    FROM silver.readings
    WHERE @rows
) AS r
GROUP BY window_start, intersection_id, district, last_night
