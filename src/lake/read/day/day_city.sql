-- What the readings of a day came to, of the whole city.
--
-- Grain   one row
-- Reads   gold.hourly_summary_state
-- Units   speed km/h | first_hour, last_hour UTC; the epoch where there is none
-- Params  {from:DateTime64(3, 'UTC')} inclusive, {to:DateTime64(3, 'UTC')} exclusive, of the begin of the hours
-- Re-run  safe: reads only
SELECT
    sum(s.readings)                                                                  AS valid,
    sum(s.vehicles)                                                                  AS vehicles,
    if(sum(s.speed_weight) = 0, NULL, sum(s.speed_sum) / sum(s.speed_weight) / 1e3)  AS mean_speed_kmh,
    toUnixTimestamp(min(s.window_start))                                             AS first_hour_s,
    toUnixTimestamp(max(s.window_start))                                             AS last_hour_s,
    uniqExact(s.window_start)                                                        AS hours
FROM gold.hourly_summary_state AS s
WHERE s.window_start >= {from:DateTime64(3, 'UTC')} AND s.window_start < {to:DateTime64(3, 'UTC')}
