-- gold.night_speed_state: adds the night's speeds (local 00:00–05:00) of silver's rows between two positions.
--
-- Reads   silver.readings
-- Grain   day (UTC), night (local date), district, speed_dkmh (0.1 km/h)
-- Params  {after:Int64} exclusive, {upto:Int64} inclusive position; {from_day:Date}, {to_day:Date} inclusive
-- Re-run  not by itself, as above. A day without night readings has no rows here: its watermark is the checkpoint
INSERT INTO gold.night_speed_state
SELECT
    toDate(measured_at)                                                            AS day,
    local_date                                                                     AS night,
    district,
    toUInt16(intDiv(reinterpret(assumeNotNull(speed_kmh), 'UInt32'), 100))         AS speed_dkmh,
    count()                                                                        AS readings,
    sum(toUInt64(ifNull(vehicles, 1)))                                             AS weight,
    max(r.position)                                                                AS position
FROM silver.readings AS r
WHERE r.position > {after:Int64} AND r.position <= {upto:Int64}
    AND toDate(measured_at) >= {from_day:Date} AND toDate(measured_at) <= {to_day:Date}
    AND @is_night AND speed_kmh IS NOT NULL
GROUP BY day, night, district, speed_dkmh
