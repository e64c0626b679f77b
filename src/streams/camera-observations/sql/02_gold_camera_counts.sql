-- gold.camera_counts_state: one row per 15 minutes and camera, as sums that add up in any order; gold.camera_counts is the view with finished values.
--
-- Partition the UTC day of the window; max(position) of a partition is its watermark
CREATE TABLE IF NOT EXISTS gold.camera_counts_state
(
    window_start        DateTime('UTC'),
    camera_id           LowCardinality(String),
    readings            SimpleAggregateFunction(sum, UInt64),
    car_sum             SimpleAggregateFunction(sum, UInt64),
    car_n               SimpleAggregateFunction(sum, UInt64),
    truck_sum           SimpleAggregateFunction(sum, UInt64),
    truck_n             SimpleAggregateFunction(sum, UInt64),
    motorcycle_sum      SimpleAggregateFunction(sum, UInt64),
    motorcycle_n        SimpleAggregateFunction(sum, UInt64),
    bus_sum             SimpleAggregateFunction(sum, UInt64),
    bus_n               SimpleAggregateFunction(sum, UInt64),
    bicycle_sum         SimpleAggregateFunction(sum, UInt64),
    bicycle_n           SimpleAggregateFunction(sum, UInt64),
    pedestrian_sum      SimpleAggregateFunction(sum, UInt64),
    pedestrian_n        SimpleAggregateFunction(sum, UInt64),
    speed_weight        SimpleAggregateFunction(sum, UInt64),
    speed_sum           SimpleAggregateFunction(sum, UInt64) COMMENT 'weight × m/h',
    stopped_sum         SimpleAggregateFunction(sum, UInt64),
    stopped_n           SimpleAggregateFunction(sum, UInt64),
    stopped_max         SimpleAggregateFunction(max, UInt64),
    confidence_sum      SimpleAggregateFunction(sum, UInt64) COMMENT 'ten thousandths',
    confidence_n        SimpleAggregateFunction(sum, UInt64),
    interval_sum        SimpleAggregateFunction(sum, UInt64) COMMENT 's',
    interval_n          SimpleAggregateFunction(sum, UInt64),
    position            SimpleAggregateFunction(max, UInt64)
)
ENGINE = @AggregatingMergeTree
PARTITION BY toDate(window_start)
ORDER BY (window_start, camera_id)
SETTINGS @durable;
