-- gold.intersection_loops: what the loops of each intersection (and its district) measured, by 5 minutes; nobody asks it, gold.intersection_metrics is made of it.
--
-- Units   as the column names say | estimated_delay_grade: HCM's control-delay thresholds on the mean wait
CREATE OR REPLACE VIEW gold.intersection_loops AS
WITH
    windows AS
    (
        SELECT
            window_start, intersection_id, district,
            @measures
            1 AS one
        FROM gold.intersection_metrics_state AS s
        GROUP BY window_start, intersection_id, district
    )
SELECT
    w.window_start AS window_start, w.intersection_id AS intersection_id, w.district AS district,
    readings, w.sensors AS sensors, vehicles, mean_speed_kmh, space_mean_speed_kmh, mean_occupancy, max_occupancy, mean_wait_s,
    max_queue_veh, vehicles_car, vehicles_truck, vehicles_motorcycle, vehicles_bus,
    if(i.expected_per_hour > 0, readings / (i.expected_per_hour / 12), NULL) AS completeness,
    @delay_grade AS estimated_delay_grade
FROM windows AS w
LEFT ANY JOIN lake.intersections AS i ON i.intersection_id = w.intersection_id
