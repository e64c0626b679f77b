-- The last finished 15 minutes of each district that reported within the hour before their end. A window just opened
-- holds a few readings and says nothing yet.
--
-- Grain   district
-- Reads   gold.district_analytics, the newest measured_at of silver.readings
-- Key     district
-- Units   as the column names say
-- Params  {now:DateTime64(3, 'UTC')}: our own clock; a window that a sensor's fast clock opened ahead of it is not finished
-- Re-run  safe: reads only

WITH
    (SELECT least(max(measured_at), {now:DateTime64(3, 'UTC')}) FROM silver.readings) AS reached,
    toStartOfFifteenMinutes(reached) AS finished_until
SELECT
    window_start, district, readings, sensors, vehicles, mean_speed_kmh, space_mean_speed_kmh, mean_occupancy,
    max_occupancy, mean_wait_s, max_queue_veh, vehicles_car, vehicles_truck, vehicles_motorcycle, vehicles_bus,
    completeness, free_flow_speed_kmh, speed_index, share_sites_ef, idle_veh_h
FROM gold.district_analytics
WHERE window_start < finished_until AND window_start >= finished_until - INTERVAL 1 HOUR
ORDER BY district, window_start DESC
LIMIT 1 BY district
