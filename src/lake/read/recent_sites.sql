-- The last five minutes of every site up to its own newest reading, as sums per minute: what the live page starts from.
--
-- Grain   site, minute of measured_at
-- Reads   silver.readings of the 20 minutes before the newest reading (a site silent for longer is grey anyway)
-- Key     site, minute_ms
-- Units   *_ms since 1970 UTC | speed_sum weight × km/h | wait_sum_s s | queue veh
-- Params  none
-- Re-run  safe: reads only

WITH (SELECT max(measured_at) FROM silver.readings) AS newest
SELECT site, minute_ms, readings, vehicles, speed_sum, speed_weight, wait_sum_s, wait_count,
       occupancy_sum, occupancy_count, max_queue_veh, last_at_ms, signal
FROM
(
    SELECT
        intersection_id                                                       AS site,
        toUnixTimestamp(toStartOfMinute(measured_at)) * 1000                  AS minute_ms,
        count()                                                               AS readings,
        sum(vehicles)                                                         AS vehicles,
        -- A reading without a count weighs 1, one that counted 0 has no vote.
        sumOrDefault(toFloat64(assumeNotNull(speed_kmh)) * if(isNull(r.speed_kmh), 0, ifNull(r.vehicles, 1))) AS speed_sum,
        sumOrDefault(if(isNull(r.speed_kmh), 0, ifNull(r.vehicles, 1)))       AS speed_weight,
        ifNull(sum(toFloat64(wait_s)), 0)                                     AS wait_sum_s,
        count(wait_s)                                                         AS wait_count,
        ifNull(sum(toFloat64(occupancy)), 0)                                  AS occupancy_sum,
        count(occupancy)                                                      AS occupancy_count,
        max(queue_veh)                                                        AS max_queue_veh,
        toUnixTimestamp64Milli(max(measured_at))                              AS last_at_ms,
        argMax(signal_state, measured_at)                                     AS signal,
        max(minute_ms) OVER (PARTITION BY site)                               AS newest_minute_ms
    FROM silver.readings AS r
    WHERE measured_at > newest - INTERVAL 20 MINUTE
    GROUP BY site, minute_ms
)
WHERE minute_ms > newest_minute_ms - 300000
ORDER BY site, minute_ms
