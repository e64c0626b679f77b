-- gold.air_hourly_state: sums by station and hour.
CREATE TABLE IF NOT EXISTS gold.air_hourly_state
(
    window_start DateTime('UTC'),
    station_id   LowCardinality(String),
    readings     SimpleAggregateFunction(sum, UInt64),
    warmth       SimpleAggregateFunction(sum, Int64),
    position     SimpleAggregateFunction(max, UInt64)
)
ENGINE = @AggregatingMergeTree
PARTITION BY toDate(window_start)
ORDER BY (window_start, station_id)
SETTINGS @durable;
