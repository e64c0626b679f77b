-- gold.district_analytics: one row per 15 minutes and district.
--
-- Units   speed_index space-mean speed / free-flow speed | share_sites_ef 0..1, sites at estimated delay grade E or F (mean
--         wait over 55 s) among those with a wait | idle_veh_h queue × reading interval
CREATE OR REPLACE VIEW gold.district_analytics AS
WITH
    windows AS
    (
        SELECT
            window_start, district,
            @measures
            if(sum(s.queue_n) = 0, NULL, sum(s.idle_sum) / 3600) AS idle_veh_h,
            max(s.last_night) AS last_night
        FROM gold.district_analytics_state AS s
        GROUP BY window_start, district
    ),
    sites AS
    (
        SELECT window_start, district, avg(wait > 55e3) AS share_sites_ef
        FROM
        (
            SELECT toStartOfFifteenMinutes(m.window_start) AS window_start, district, intersection_id, sum(wait_sum) / sum(wait_n) AS wait
            FROM gold.intersection_metrics_state AS m
            GROUP BY window_start, district, intersection_id
            HAVING sum(wait_n) > 0
        )
        GROUP BY window_start, district
    ),
    expected AS (SELECT district, sum(3600 / interval_s) AS per_hour FROM lake.sensors GROUP BY district),
    configured AS (SELECT district, argMax(speed_kmh, version) AS speed_kmh FROM lake.free_flow GROUP BY district)
SELECT
    w.window_start AS window_start, w.district AS district,
    readings, sensors, vehicles, mean_speed_kmh, space_mean_speed_kmh, mean_occupancy, max_occupancy, mean_wait_s,
    max_queue_veh, vehicles_car, vehicles_truck, vehicles_motorcycle, vehicles_bus,
    if(e.per_hour > 0, readings / (e.per_hour / 4), NULL) AS completeness,
    multiIf(f.free_flow_speed_kmh > 0, f.free_flow_speed_kmh, c.speed_kmh > 0, c.speed_kmh,
        (SELECT any(speed_kmh) FROM configured WHERE district = '')) AS free_flow_speed_kmh,
    space_mean_speed_kmh / free_flow_speed_kmh AS speed_index,
    if(t.district = '', NULL, t.share_sites_ef) AS share_sites_ef,
    idle_veh_h
FROM windows AS w
LEFT ANY JOIN sites AS t ON t.window_start = w.window_start AND t.district = w.district
LEFT ANY JOIN expected AS e ON e.district = w.district
LEFT ANY JOIN configured AS c ON c.district = w.district
LEFT ANY JOIN gold.free_flow AS f ON f.last_night = w.last_night AND f.district = w.district
