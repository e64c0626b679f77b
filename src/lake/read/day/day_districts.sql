-- What the readings of a day came to, by district.
--
-- Grain   district
-- Reads   gold.hourly_summary_state, lake.sensors
-- Units   as gold.hourly_summary | completeness readings / expected by today's register
-- Params  {from:DateTime64(3, 'UTC')} inclusive, {to:DateTime64(3, 'UTC')} exclusive, of the begin of the hours
-- Re-run  safe: reads only
WITH
    expected AS (SELECT district, sum(3600 / interval_s) AS per_hour FROM lake.sensors GROUP BY district)
SELECT
    toString(s.district)                                                             AS district,
    sum(s.readings)                                                                  AS readings,
    uniqExactMerge(s.sensors)                                                        AS sensors,
    sum(s.vehicles)                                                                  AS vehicles,
    if(sum(s.speed_weight) = 0, NULL, sum(s.speed_sum) / sum(s.speed_weight) / 1e3)  AS mean_speed_kmh,
    if(sum(s.wait_n) = 0, NULL, sum(s.wait_sum) / sum(s.wait_n) / 1e3)               AS mean_wait_s,
    if(sum(s.queue_n) = 0, NULL, max(s.queue_max))                                   AS max_queue_veh,
    if(any(e.per_hour) > 0, sum(s.readings) / (any(e.per_hour) * dateDiff('second', {from:DateTime64(3, 'UTC')}, {to:DateTime64(3, 'UTC')}) / 3600), NULL) AS completeness
FROM gold.hourly_summary_state AS s
LEFT ANY JOIN expected AS e ON e.district = s.district
WHERE s.window_start >= {from:DateTime64(3, 'UTC')} AND s.window_start < {to:DateTime64(3, 'UTC')}
GROUP BY s.district
ORDER BY district
