INSERT INTO gold.air_hourly_state
SELECT toStartOfHour(observed_at) AS window_start, station_id, count() AS readings,
    sum(toInt64(ifNull(temperature_c, 0) * 100)) AS warmth, max(s.position) AS position
FROM silver.air AS s
WHERE @rows
GROUP BY window_start, station_id
