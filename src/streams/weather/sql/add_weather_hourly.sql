-- gold.weather_hourly_state: adds rows of silver.
--
-- Reads   silver.weather
-- Grain   window_start (1 h), station_id
-- Units   whole numbers of the smallest step that silver keeps, so that sums are exact in any order
-- Re-run  not by itself: the caller's watermarks see to it that a row is added once
INSERT INTO gold.weather_hourly_state
WITH s.latitude IS NOT NULL AND s.longitude IS NOT NULL AS has_place
SELECT
    toStartOfHour(s.observed_at) AS window_start,
    s.station_id,
    count() AS readings,
    sum(reinterpret(ifNull(s.temperature_c, toDecimal64(0, 2)), 'Int64')) AS temperature_sum,
    count(s.temperature_c) AS temperature_n,
    min(s.temperature_c) AS temperature_min,
    max(s.temperature_c) AS temperature_max,
    sum(reinterpret(ifNull(s.dew_point_c, toDecimal64(0, 2)), 'Int64')) AS dew_point_sum,
    count(s.dew_point_c) AS dew_point_n,
    sum(reinterpret(ifNull(s.humidity, toDecimal64(0, 4)), 'Int64')) AS humidity_sum,
    count(s.humidity) AS humidity_n,
    sum(reinterpret(ifNull(s.pressure_hpa, toDecimal64(0, 2)), 'Int64')) AS pressure_sum,
    count(s.pressure_hpa) AS pressure_n,
    sum(reinterpret(ifNull(s.precipitation_mm_h, toDecimal64(0, 3)), 'Int64')) AS precipitation_sum,
    count(s.precipitation_mm_h) AS precipitation_n,
    max(s.precipitation_mm_h) AS precipitation_max,
    sum(reinterpret(ifNull(s.visibility_km, toDecimal64(0, 3)), 'Int64')) AS visibility_sum,
    count(s.visibility_km) AS visibility_n,
    min(s.visibility_km) AS visibility_min,
    sum(reinterpret(ifNull(s.wind_speed_kmh, toDecimal64(0, 2)), 'Int64')) AS wind_speed_sum,
    count(s.wind_speed_kmh) AS wind_speed_n,
    max(s.wind_speed_kmh) AS wind_speed_max,
    sum(reinterpret(ifNull(s.road_temperature_c, toDecimal64(0, 2)), 'Int64')) AS road_temperature_sum,
    count(s.road_temperature_c) AS road_temperature_n,
    min(s.road_temperature_c) AS road_temperature_min,
    sum(reinterpret(ifNull(s.snow_depth_mm, toDecimal64(0, 1)), 'Int64')) AS snow_depth_sum,
    count(s.snow_depth_mm) AS snow_depth_n,
    countIf(s.condition = 'clear') AS clear_n,
    countIf(s.condition = 'cloudy') AS cloudy_n,
    countIf(s.condition = 'rain') AS rain_n,
    countIf(s.condition = 'heavy_rain') AS heavy_rain_n,
    countIf(s.condition = 'snow') AS snow_n,
    countIf(s.condition = 'fog') AS fog_n,
    countIf(s.road_state = 'dry') AS road_dry_n,
    countIf(s.road_state = 'moist') AS road_moist_n,
    countIf(s.road_state = 'wet') AS road_wet_n,
    countIf(s.road_state = 'ice') AS road_ice_n,
    countIf(s.road_state = 'snow') AS road_snow_n,
    countIf(s.road_state = 'slush') AS road_slush_n,
    sum(if(has_place, toInt64(round(assumeNotNull(s.latitude) * 1e6)), 0)) AS latitude_sum,
    sum(if(has_place, toInt64(round(assumeNotNull(s.longitude) * 1e6)), 0)) AS longitude_sum,
    countIf(has_place) AS place_n,
    max(s.position)
FROM silver.weather AS s
WHERE @rows
GROUP BY window_start, s.station_id
