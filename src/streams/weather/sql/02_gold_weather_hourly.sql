-- gold.weather_hourly_state: one row per hour and station, as sums that add up in any order; gold.weather_hourly is the view with finished values.
--
-- Partition the UTC day of the window; max(position) of a partition is its watermark
CREATE TABLE IF NOT EXISTS gold.weather_hourly_state
(
    window_start          DateTime('UTC'),
    station_id            LowCardinality(String),
    readings              SimpleAggregateFunction(sum, UInt64),
    temperature_sum       SimpleAggregateFunction(sum, Int64) COMMENT 'hundredths of °C',
    temperature_n         SimpleAggregateFunction(sum, UInt64),
    temperature_min       SimpleAggregateFunction(min, Nullable(Decimal(18, 2))),
    temperature_max       SimpleAggregateFunction(max, Nullable(Decimal(18, 2))),
    dew_point_sum         SimpleAggregateFunction(sum, Int64) COMMENT 'hundredths of °C',
    dew_point_n           SimpleAggregateFunction(sum, UInt64),
    humidity_sum          SimpleAggregateFunction(sum, Int64) COMMENT 'ten thousandths',
    humidity_n            SimpleAggregateFunction(sum, UInt64),
    pressure_sum          SimpleAggregateFunction(sum, Int64) COMMENT 'hundredths of hPa',
    pressure_n            SimpleAggregateFunction(sum, UInt64),
    precipitation_sum     SimpleAggregateFunction(sum, Int64) COMMENT 'thousandths of mm/h',
    precipitation_n       SimpleAggregateFunction(sum, UInt64),
    precipitation_max     SimpleAggregateFunction(max, Nullable(Decimal(18, 3))),
    visibility_sum        SimpleAggregateFunction(sum, Int64) COMMENT 'm',
    visibility_n          SimpleAggregateFunction(sum, UInt64),
    visibility_min        SimpleAggregateFunction(min, Nullable(Decimal(18, 3))),
    wind_speed_sum        SimpleAggregateFunction(sum, Int64) COMMENT 'hundredths of km/h',
    wind_speed_n          SimpleAggregateFunction(sum, UInt64),
    wind_speed_max        SimpleAggregateFunction(max, Nullable(Decimal(18, 2))),
    road_temperature_sum  SimpleAggregateFunction(sum, Int64) COMMENT 'hundredths of °C',
    road_temperature_n    SimpleAggregateFunction(sum, UInt64),
    road_temperature_min  SimpleAggregateFunction(min, Nullable(Decimal(18, 2))),
    snow_depth_sum        SimpleAggregateFunction(sum, Int64) COMMENT 'tenths of mm',
    snow_depth_n          SimpleAggregateFunction(sum, UInt64),
    clear_n               SimpleAggregateFunction(sum, UInt64),
    cloudy_n              SimpleAggregateFunction(sum, UInt64),
    rain_n                SimpleAggregateFunction(sum, UInt64),
    heavy_rain_n          SimpleAggregateFunction(sum, UInt64),
    snow_n                SimpleAggregateFunction(sum, UInt64),
    fog_n                 SimpleAggregateFunction(sum, UInt64),
    road_dry_n            SimpleAggregateFunction(sum, UInt64),
    road_moist_n          SimpleAggregateFunction(sum, UInt64),
    road_wet_n            SimpleAggregateFunction(sum, UInt64),
    road_ice_n            SimpleAggregateFunction(sum, UInt64),
    road_snow_n           SimpleAggregateFunction(sum, UInt64),
    road_slush_n          SimpleAggregateFunction(sum, UInt64),
    latitude_sum          SimpleAggregateFunction(sum, Int64) COMMENT 'millionths of a degree, of observations that say their place',
    longitude_sum         SimpleAggregateFunction(sum, Int64) COMMENT 'millionths of a degree',
    place_n               SimpleAggregateFunction(sum, UInt64),
    position              SimpleAggregateFunction(max, UInt64)
)
ENGINE = @AggregatingMergeTree
PARTITION BY toYYYYMM(window_start)
ORDER BY (window_start, station_id)
SETTINGS @durable;
