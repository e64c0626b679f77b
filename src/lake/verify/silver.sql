-- How silver differs from the first arrivals among the log's valid lines, per day; empty when it does not.
--
-- Grain   UTC day
-- Params  {from:Int64} first position the log keeps
SELECT
    toString(day) AS window_start,
    sumIf(n, side = 'log') AS log_rows, sumIf(n, side = 'silver') AS silver_rows
FROM
(
    SELECT
        'log' AS side, toDate(measured_at) AS day, count() AS n,
        sum(cityHash64(r.position, sensor_id, intersection_id, district, measured_at, ifNull(toInt64(r.vehicles), -1), ifNull(toInt64(speed_mh), -1),
            ifNull(toInt64(occupancy_millionths), -1), ifNull(toInt64(wait_ms), -1), ifNull(toInt64(queue_veh), -1), ifNull(toInt64(car), -1),
            ifNull(toInt64(truck), -1), ifNull(toInt64(motorcycle), -1), ifNull(toInt64(bus), -1), interval_s, local_hours)) AS content
    FROM lake.verify_readings AS r
    GROUP BY day
    UNION ALL
    SELECT
        'silver', toDate(measured_at) AS day, count(),
        sum(cityHash64(r.position, sensor_id, intersection_id, district, measured_at, ifNull(toInt64(r.vehicles), -1), ifNull(toInt64(speed_mh), -1),
            ifNull(toInt64(occupancy_millionths), -1), ifNull(toInt64(wait_ms), -1), ifNull(toInt64(queue_veh), -1), ifNull(toInt64(car), -1),
            ifNull(toInt64(truck), -1), ifNull(toInt64(motorcycle), -1), ifNull(toInt64(bus), -1), interval_s, local_hours))
    FROM lake.verify_silver AS r
    WHERE r.position >= {from:Int64}
    GROUP BY day
)
GROUP BY day
HAVING uniqExact(content) != 1 OR count() != 2
ORDER BY day
