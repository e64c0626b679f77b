-- gold.camera_counts: one row per 15 minutes and camera; NULL is what no observation of the window said.
--
-- Units   as the column names say | vehicles are cars, trucks, motorcycles and buses | coverage 0..1: share of the window that the
--         observations say they counted, NULL where none says how long
CREATE OR REPLACE VIEW gold.camera_counts AS
SELECT
    window_start, camera_id,
    sum(s.readings) AS readings,
    if(sum(s.car_n) + sum(s.truck_n) + sum(s.motorcycle_n) + sum(s.bus_n) = 0, NULL,
        sum(s.car_sum) + sum(s.truck_sum) + sum(s.motorcycle_sum) + sum(s.bus_sum)) AS vehicles,
    if(sum(s.car_n) = 0, NULL, sum(s.car_sum)) AS vehicles_car,
    if(sum(s.truck_n) = 0, NULL, sum(s.truck_sum)) AS vehicles_truck,
    if(sum(s.motorcycle_n) = 0, NULL, sum(s.motorcycle_sum)) AS vehicles_motorcycle,
    if(sum(s.bus_n) = 0, NULL, sum(s.bus_sum)) AS vehicles_bus,
    if(sum(s.bicycle_n) = 0, NULL, sum(s.bicycle_sum)) AS bicycles,
    if(sum(s.pedestrian_n) = 0, NULL, sum(s.pedestrian_sum)) AS pedestrians,
    if(sum(s.speed_weight) = 0, NULL, sum(s.speed_sum) / sum(s.speed_weight) / 1000) AS mean_speed_kmh,
    if(sum(s.stopped_n) = 0, NULL, sum(s.stopped_sum) / sum(s.stopped_n)) AS mean_stopped_vehicles,
    if(sum(s.stopped_n) = 0, NULL, max(s.stopped_max)) AS max_stopped_vehicles,
    if(sum(s.confidence_n) = 0, NULL, sum(s.confidence_sum) / sum(s.confidence_n) / 10000) AS mean_confidence,
    if(sum(s.interval_n) = 0, NULL, least(sum(s.interval_sum) / 900, 1)) AS coverage
FROM gold.camera_counts_state AS s
GROUP BY window_start, camera_id
