-- lake.gold_delta: scratch of the gold step, in memory; made anew at each start. Columns as delta.sql yields them.
CREATE OR REPLACE TABLE lake.gold_delta
(
    window_start DateTime('UTC'), intersection_id LowCardinality(String), district LowCardinality(String), last_night Date,
    readings UInt64, sensors AggregateFunction(uniqExact, LowCardinality(String)), vehicles UInt64, vehicles_n UInt64,
    speed_weight UInt64, speed_sum UInt64, pace_sum UInt128, occupancy_sum UInt64, occupancy_n UInt64, occupancy_max UInt32,
    wait_sum UInt64, wait_n UInt64, queue_max UInt16, queue_n UInt64, idle_sum UInt64,
    car_sum UInt64, car_n UInt64, truck_sum UInt64, truck_n UInt64, motorcycle_sum UInt64, motorcycle_n UInt64,
    bus_sum UInt64, bus_n UInt64, position UInt64
)
ENGINE = Memory
