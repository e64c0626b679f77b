-- gold.district_analytics_state: one row per 15 minutes and district, as sums that add up in any order; gold.district_analytics is the view with finished values.
--
-- Partition the UTC day of the window, as silver's; max(position) of a partition is its watermark
CREATE TABLE IF NOT EXISTS gold.district_analytics_state
(
    window_start        DateTime('UTC'),
    district            LowCardinality(String),
    readings            SimpleAggregateFunction(sum, UInt64),
    sensors             AggregateFunction(uniqExact, LowCardinality(String)),
    vehicles            SimpleAggregateFunction(sum, UInt64),
    vehicles_n          SimpleAggregateFunction(sum, UInt64),
    speed_weight        SimpleAggregateFunction(sum, UInt64),
    speed_sum           SimpleAggregateFunction(sum, UInt64) COMMENT 'weight × m/h',
    pace_sum            SimpleAggregateFunction(sum, UInt128) COMMENT 'weight × µs/km, slower than 1 km/h counts as 1 km/h',
    occupancy_sum       SimpleAggregateFunction(sum, UInt64) COMMENT 'millionths',
    occupancy_n         SimpleAggregateFunction(sum, UInt64),
    occupancy_max       SimpleAggregateFunction(max, UInt32),
    wait_sum            SimpleAggregateFunction(sum, UInt64) COMMENT 'ms',
    wait_n              SimpleAggregateFunction(sum, UInt64),
    queue_max           SimpleAggregateFunction(max, UInt16),
    queue_n             SimpleAggregateFunction(sum, UInt64),
    idle_sum            SimpleAggregateFunction(sum, UInt64) COMMENT 'queue × interval, veh·s',
    car_sum             SimpleAggregateFunction(sum, UInt64),
    car_n               SimpleAggregateFunction(sum, UInt64),
    truck_sum           SimpleAggregateFunction(sum, UInt64),
    truck_n             SimpleAggregateFunction(sum, UInt64),
    motorcycle_sum      SimpleAggregateFunction(sum, UInt64),
    motorcycle_n        SimpleAggregateFunction(sum, UInt64),
    bus_sum             SimpleAggregateFunction(sum, UInt64),
    bus_n               SimpleAggregateFunction(sum, UInt64),
    last_night          SimpleAggregateFunction(max, Date) COMMENT 'local date of the last night that ended before the window',
    position            SimpleAggregateFunction(max, UInt64)
)
ENGINE = @AggregatingMergeTree
PARTITION BY toDate(window_start)
ORDER BY (window_start, district)
SETTINGS @durable;
