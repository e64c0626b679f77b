-- gold.weather_districts: one row per hour and district: the three nearest stations of the hour, each weighted by one over its squared distance.
--
-- Units   as the column names say | nearest_km and farthest_km: how far the stations are from the district's middle, which is the
--         mean of its intersections; whether that is near enough is for the reader to say
-- Source  D. Shepard, "A two-dimensional interpolation function for irregularly-spaced data" (1968): weights and their power.
--         Left out: the correction for the directions of the stations
-- Joins   each hour of a station with each district
CREATE OR REPLACE VIEW gold.weather_districts AS
WITH
    places AS
    (
        SELECT district, avg(i.latitude) AS latitude, avg(i.longitude) AS longitude
        FROM lake.intersections AS i
        WHERE i.latitude IS NOT NULL AND i.longitude IS NOT NULL
        GROUP BY district
    ),
    nearest AS
    (
        SELECT
            h.*, p.district AS district,
            geoDistance(p.longitude, p.latitude, assumeNotNull(h.longitude), assumeNotNull(h.latitude)) / 1e3 AS km,
            -- Nearer than 100 m is the same place: no weight is infinite.
            1 / pow(greatest(km, 0.1), 2) AS weight
        FROM gold.weather_hourly AS h
        CROSS JOIN places AS p
        WHERE h.latitude IS NOT NULL AND h.longitude IS NOT NULL
        ORDER BY km, h.station_id
        LIMIT 3 BY h.window_start, p.district
    )
SELECT
    n.window_start AS window_start, n.district AS district,
    count() AS stations, sum(n.readings) AS readings, min(n.km) AS nearest_km, max(n.km) AS farthest_km,
    argMin(n.station_id, (n.km, n.station_id)) AS nearest_station_id,
    -- Words can't be averaged: the nearest station that has one.
    argMinIf(n.condition, (n.km, n.station_id), n.condition IS NOT NULL) AS condition,
    sum(if(n.temperature_c IS NULL, 0, n.weight * n.temperature_c)) / nullIf(sumIf(n.weight, n.temperature_c IS NOT NULL), 0) AS temperature_c,
    sum(if(n.dew_point_c IS NULL, 0, n.weight * n.dew_point_c)) / nullIf(sumIf(n.weight, n.dew_point_c IS NOT NULL), 0) AS dew_point_c,
    sum(if(n.humidity IS NULL, 0, n.weight * n.humidity)) / nullIf(sumIf(n.weight, n.humidity IS NOT NULL), 0) AS humidity,
    sum(if(n.pressure_hpa IS NULL, 0, n.weight * n.pressure_hpa)) / nullIf(sumIf(n.weight, n.pressure_hpa IS NOT NULL), 0) AS pressure_hpa,
    sum(if(n.precipitation_mm_h IS NULL, 0, n.weight * n.precipitation_mm_h)) / nullIf(sumIf(n.weight, n.precipitation_mm_h IS NOT NULL), 0) AS precipitation_mm_h,
    sum(if(n.visibility_km IS NULL, 0, n.weight * n.visibility_km)) / nullIf(sumIf(n.weight, n.visibility_km IS NOT NULL), 0) AS visibility_km,
    sum(if(n.wind_speed_kmh IS NULL, 0, n.weight * n.wind_speed_kmh)) / nullIf(sumIf(n.weight, n.wind_speed_kmh IS NOT NULL), 0) AS wind_speed_kmh,
    sum(if(n.road_temperature_c IS NULL, 0, n.weight * n.road_temperature_c)) / nullIf(sumIf(n.weight, n.road_temperature_c IS NOT NULL), 0) AS road_temperature_c,
    sum(if(n.snow_depth_mm IS NULL, 0, n.weight * n.snow_depth_mm)) / nullIf(sumIf(n.weight, n.snow_depth_mm IS NOT NULL), 0) AS snow_depth_mm,
    argMinIf(n.road_state, (n.km, n.station_id), n.road_state IS NOT NULL) AS road_state
FROM nearest AS n
GROUP BY n.window_start, n.district
