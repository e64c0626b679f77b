-- gold.hourly_summary_state: adds the delta, at an hour.
--
-- Reads   lake.gold_delta
-- Grain   window_start (1 h), district
-- Re-run  not by itself: the caller's watermarks see to it that a delta is added once
INSERT INTO gold.hourly_summary_state
SELECT
    toStartOfHour(d.window_start) AS window, d.district,
    sum(d.readings), uniqExactMergeState(d.sensors), sum(d.vehicles), sum(d.vehicles_n),
    sum(d.speed_weight), sum(d.speed_sum), sum(d.pace_sum), sum(d.occupancy_sum), sum(d.occupancy_n), max(d.occupancy_max),
    sum(d.wait_sum), sum(d.wait_n), max(d.queue_max), sum(d.queue_n), sum(d.idle_sum),
    sum(d.car_sum), sum(d.car_n), sum(d.truck_sum), sum(d.truck_n), sum(d.motorcycle_sum), sum(d.motorcycle_n),
    sum(d.bus_sum), sum(d.bus_n), max(d.last_night), max(d.position)
FROM lake.gold_delta AS d
GROUP BY window, d.district
