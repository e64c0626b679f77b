-- gold.traffic_weather: gold.intersection_metrics beside the weather of its hour and district; without any, the weather is NULL.
--
-- Grain   window_start (5 min), intersection_id, district
-- Units   as the column names say | weather_km: how far the nearest station is from the district's middle
CREATE OR REPLACE VIEW gold.traffic_weather AS
SELECT
    m.window_start AS window_start, m.intersection_id AS intersection_id, m.district AS district,
    m.readings AS readings, m.vehicles AS vehicles, m.mean_speed_kmh AS mean_speed_kmh,
    m.space_mean_speed_kmh AS space_mean_speed_kmh, m.mean_occupancy AS mean_occupancy, m.mean_wait_s AS mean_wait_s,
    m.max_queue_veh AS max_queue_veh, m.estimated_delay_grade AS estimated_delay_grade, m.source AS source,
    w.condition AS condition, w.precipitation_mm_h AS precipitation_mm_h, w.temperature_c AS temperature_c,
    w.humidity AS humidity, w.visibility_km AS visibility_km, w.wind_speed_kmh AS wind_speed_kmh,
    w.road_state AS road_state, w.road_temperature_c AS road_temperature_c, w.snow_depth_mm AS snow_depth_mm,
    if(w.district = '', NULL, w.nearest_km) AS weather_km
FROM gold.intersection_metrics AS m
LEFT ANY JOIN gold.weather_districts AS w ON w.window_start = toStartOfHour(m.window_start) AND w.district = m.district
