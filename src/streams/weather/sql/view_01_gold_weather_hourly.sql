-- gold.weather_hourly: one row per hour and station; a station's place is the register's, else the mean of what its observations said.
--
-- Units   as the column names say | precipitation_mm_h is the mean rate, so within the hour as many mm fell | condition and
--         road_state are those told most often, of equals the one further down the stream's list
CREATE OR REPLACE VIEW gold.weather_hourly AS
WITH hours AS
(
    SELECT
        window_start, station_id,
        sum(h.readings) AS readings,
        if(sum(h.temperature_n) = 0, NULL, sum(h.temperature_sum) / sum(h.temperature_n) / 100) AS temperature_c,
        toFloat64(min(h.temperature_min)) AS min_temperature_c,
        toFloat64(max(h.temperature_max)) AS max_temperature_c,
        if(sum(h.dew_point_n) = 0, NULL, sum(h.dew_point_sum) / sum(h.dew_point_n) / 100) AS dew_point_c,
        if(sum(h.humidity_n) = 0, NULL, sum(h.humidity_sum) / sum(h.humidity_n) / 10000) AS humidity,
        if(sum(h.pressure_n) = 0, NULL, sum(h.pressure_sum) / sum(h.pressure_n) / 100) AS pressure_hpa,
        if(sum(h.precipitation_n) = 0, NULL, sum(h.precipitation_sum) / sum(h.precipitation_n) / 1000) AS precipitation_mm_h,
        toFloat64(max(h.precipitation_max)) AS max_precipitation_mm_h,
        if(sum(h.visibility_n) = 0, NULL, sum(h.visibility_sum) / sum(h.visibility_n) / 1000) AS visibility_km,
        toFloat64(min(h.visibility_min)) AS min_visibility_km,
        if(sum(h.wind_speed_n) = 0, NULL, sum(h.wind_speed_sum) / sum(h.wind_speed_n) / 100) AS wind_speed_kmh,
        toFloat64(max(h.wind_speed_max)) AS max_wind_speed_kmh,
        if(sum(h.road_temperature_n) = 0, NULL, sum(h.road_temperature_sum) / sum(h.road_temperature_n) / 100) AS road_temperature_c,
        toFloat64(min(h.road_temperature_min)) AS min_road_temperature_c,
        if(sum(h.snow_depth_n) = 0, NULL, sum(h.snow_depth_sum) / sum(h.snow_depth_n) / 10) AS snow_depth_mm,
        if(sum(h.clear_n) + sum(h.cloudy_n) + sum(h.rain_n) + sum(h.heavy_rain_n) + sum(h.snow_n) + sum(h.fog_n) = 0, NULL,
            arrayMax([(sum(h.clear_n), 1, 'clear'), (sum(h.cloudy_n), 2, 'cloudy'), (sum(h.rain_n), 3, 'rain'), (sum(h.heavy_rain_n), 4, 'heavy_rain'), (sum(h.snow_n), 5, 'snow'), (sum(h.fog_n), 6, 'fog')]).3) AS condition,
        if(sum(h.road_dry_n) + sum(h.road_moist_n) + sum(h.road_wet_n) + sum(h.road_ice_n) + sum(h.road_snow_n) + sum(h.road_slush_n) = 0, NULL,
            arrayMax([(sum(h.road_dry_n), 1, 'dry'), (sum(h.road_moist_n), 2, 'moist'), (sum(h.road_wet_n), 3, 'wet'), (sum(h.road_ice_n), 4, 'ice'), (sum(h.road_snow_n), 5, 'snow'), (sum(h.road_slush_n), 6, 'slush')]).3) AS road_state,
        if(sum(h.place_n) = 0, NULL, sum(h.latitude_sum) / sum(h.place_n) / 1e6) AS seen_latitude,
        if(sum(h.place_n) = 0, NULL, sum(h.longitude_sum) / sum(h.place_n) / 1e6) AS seen_longitude
    FROM gold.weather_hourly_state AS h
    GROUP BY window_start, station_id
)
SELECT
    o.window_start AS window_start, o.station_id AS station_id, o.readings AS readings, condition,
    temperature_c, min_temperature_c, max_temperature_c, dew_point_c, humidity, pressure_hpa, precipitation_mm_h, max_precipitation_mm_h, visibility_km, min_visibility_km, wind_speed_kmh, max_wind_speed_kmh, road_temperature_c, min_road_temperature_c, snow_depth_mm,
    road_state,
    if(r.station_id != '', r.latitude, o.seen_latitude)   AS latitude,
    if(r.station_id != '', r.longitude, o.seen_longitude) AS longitude
FROM hours AS o
LEFT ANY JOIN silver.stations AS r ON r.station_id = o.station_id
