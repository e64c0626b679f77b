-- The newest window of each district that reported within the last hour of data.
--
-- Grain   district
-- Reads   gold.district_analytics
-- Key     district
-- Units   as the column names say
-- Params  none
-- Re-run  safe: reads only

SELECT
    window_start, district, readings, sensors, vehicles, mean_speed_kmh, space_mean_speed_kmh, mean_occupancy,
    max_occupancy, mean_wait_s, max_queue_veh, vehicles_car, vehicles_truck, vehicles_motorcycle, vehicles_bus,
    completeness, free_flow_speed_kmh, speed_index, share_sites_ef, idle_veh_h
FROM gold.district_analytics
WHERE window_start > (SELECT max(window_start) FROM gold.district_analytics_state) - INTERVAL 1 HOUR
ORDER BY district, window_start DESC
LIMIT 1 BY district
