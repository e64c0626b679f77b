-- gold.intersection_metrics: one row per 5 minutes and intersection (and its district); source says who counted.
--
-- Units   as the column names say | source loop; where cameras.standIn says so, the stream of camera observations makes this view anew
--         with rows of camera too
CREATE OR REPLACE VIEW gold.intersection_metrics AS
SELECT
    window_start, intersection_id, district,
    readings, sensors, vehicles, mean_speed_kmh, space_mean_speed_kmh, mean_occupancy, max_occupancy, mean_wait_s,
    max_queue_veh, vehicles_car, vehicles_truck, vehicles_motorcycle, vehicles_bus, completeness, estimated_delay_grade,
    'loop' AS source
FROM gold.intersection_loops
