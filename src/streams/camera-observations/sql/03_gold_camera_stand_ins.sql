-- gold.camera_stand_ins_state: one row per 5 minutes and camera, as sums that add up in any order and mean what those of loops mean; gold.camera_stand_ins is made of it.
--
-- Partition the UTC day of the window; max(position) of a partition is its watermark
CREATE TABLE IF NOT EXISTS gold.camera_stand_ins_state
(
    window_start        DateTime('UTC'),
    camera_id           LowCardinality(String),
    readings            SimpleAggregateFunction(sum, UInt64) COMMENT 'rows of silver',
    counted             SimpleAggregateFunction(sum, UInt64) COMMENT 'of them, those that are not of more than 5 minutes; all that follows is of these',
    vehicles            SimpleAggregateFunction(sum, UInt64),
    vehicles_n          SimpleAggregateFunction(sum, UInt64),
    speed_weight        SimpleAggregateFunction(sum, UInt64),
    speed_sum           SimpleAggregateFunction(sum, UInt64) COMMENT 'weight × m/h',
    pace_sum            SimpleAggregateFunction(sum, UInt128) COMMENT 'weight × µs/km',
    car_sum             SimpleAggregateFunction(sum, UInt64),
    car_n               SimpleAggregateFunction(sum, UInt64),
    truck_sum           SimpleAggregateFunction(sum, UInt64),
    truck_n             SimpleAggregateFunction(sum, UInt64),
    motorcycle_sum      SimpleAggregateFunction(sum, UInt64),
    motorcycle_n        SimpleAggregateFunction(sum, UInt64),
    bus_sum             SimpleAggregateFunction(sum, UInt64),
    bus_n               SimpleAggregateFunction(sum, UInt64),
    interval_sum        SimpleAggregateFunction(sum, UInt64) COMMENT 's',
    interval_n          SimpleAggregateFunction(sum, UInt64),
    position            SimpleAggregateFunction(max, UInt64)
)
ENGINE = @AggregatingMergeTree
PARTITION BY toDate(window_start)
ORDER BY (window_start, camera_id)
SETTINGS @durable;
