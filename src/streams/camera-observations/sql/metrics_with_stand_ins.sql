-- gold.intersection_metrics: one row per 5 minutes and intersection (and its district); source says who counted, loop or camera.
--
-- Grain   window_start, intersection_id, district; of camera where no loop of the intersection reported in the window
-- Units   as the column names say | of camera, readings are observations and sensors are cameras; they know no occupancy, wait or queue
CREATE OR REPLACE VIEW gold.intersection_metrics AS
SELECT
    window_start, intersection_id, district,
    readings, sensors, vehicles, mean_speed_kmh, space_mean_speed_kmh, mean_occupancy, max_occupancy, mean_wait_s,
    max_queue_veh, vehicles_car, vehicles_truck, vehicles_motorcycle, vehicles_bus, completeness, estimated_delay_grade,
    'loop' AS source
FROM gold.intersection_loops
UNION ALL
SELECT
    window_start, intersection_id, district,
    readings, sensors, vehicles, mean_speed_kmh, space_mean_speed_kmh, NULL AS mean_occupancy, NULL AS max_occupancy, NULL AS mean_wait_s,
    NULL AS max_queue_veh, vehicles_car, vehicles_truck, vehicles_motorcycle, vehicles_bus, completeness, NULL AS estimated_delay_grade,
    'camera' AS source
FROM gold.camera_stand_ins
