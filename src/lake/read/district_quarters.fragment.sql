-- What is compared between days, by district and 15 minutes: straight from the sums, so that weeks of it cost little.
SELECT
    window_start,
    district,
    sum(s.readings)                                                                          AS readings,
    if(sum(s.vehicles_n) = 0, NULL, sum(s.vehicles))                                         AS vehicles,
    if(sum(s.speed_weight) = 0, NULL, round(sum(s.speed_sum) / sum(s.speed_weight) / 1e3, 2)) AS mean_speed_kmh,
    if(sum(s.wait_n) = 0, NULL, round(sum(s.wait_sum) / sum(s.wait_n) / 1e3, 2))             AS mean_wait_s
FROM gold.district_analytics_state AS s
GROUP BY window_start, district
