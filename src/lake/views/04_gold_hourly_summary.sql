-- gold.hourly_summary: one row per hour (UTC) and district.
CREATE OR REPLACE VIEW gold.hourly_summary AS
WITH
    windows AS
    (
        SELECT
            window_start, district,
            @measures
            1 AS one
        FROM gold.hourly_summary_state AS s
        GROUP BY window_start, district
    ),
    expected AS (SELECT district, sum(3600 / interval_s) AS per_hour FROM lake.sensors GROUP BY district)
SELECT
    w.window_start AS window_start, w.district AS district,
    readings, sensors, vehicles, mean_speed_kmh, space_mean_speed_kmh, mean_occupancy, max_occupancy, mean_wait_s,
    max_queue_veh, vehicles_car, vehicles_truck, vehicles_motorcycle, vehicles_bus,
    if(e.per_hour > 0, readings / e.per_hour, NULL) AS completeness
FROM windows AS w
LEFT ANY JOIN expected AS e ON e.district = w.district
