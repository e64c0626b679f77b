-- gold.night_speed_state: histogram of speeds at night (local 00:00–05:00) per district, the base of free-flow speed.
--
-- Grain   UTC day (the partition, as silver's), local date of the night, district, speed in steps of 0.1 km/h
CREATE TABLE IF NOT EXISTS gold.night_speed_state
(
    day         Date,
    night       Date,
    district    LowCardinality(String),
    speed_dkmh  UInt16,
    readings    SimpleAggregateFunction(sum, UInt64),
    weight      SimpleAggregateFunction(sum, UInt64),
    position    SimpleAggregateFunction(max, UInt64)
)
ENGINE = @AggregatingMergeTree
PARTITION BY day
ORDER BY (night, district, speed_dkmh, day)
SETTINGS @durable;
