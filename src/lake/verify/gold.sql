-- The windows in which a gold table differs from a plain query over the distinct valid readings; empty when none does.
--
-- Grain   @grain, the table's own
-- Reads   lake.verify_readings (lake.verify_silver where the log no longer reaches), @table; lake.sensors for the readings expected
-- Params  {floor:DateTime64(3)} first instant silver keeps
-- Units   as the view's; counts must be equal, means within 1e-9 of themselves, the space-mean within 1e-6 (the view adds whole µs/km)
WITH
    expected AS
    (
        SELECT
            @window AS window_start, @keys,
            count() AS readings,
            uniqExact(r.sensor_id) AS sensors,
            sum(r.vehicles) AS vehicles,
            if(sum(weight) = 0, NULL, sum(weight * speed_mh / 1000) / sum(weight)) AS mean_speed_kmh,
            if(sum(weight) = 0, NULL, sum(weight) / sum(weight / greatest(speed_mh / 1000, 1))) AS space_mean_speed_kmh,
            avg(occupancy_millionths / 1e6) AS mean_occupancy,
            max(occupancy_millionths / 1e6) AS max_occupancy,
            avg(wait_ms / 1e3) AS mean_wait_s,
            max(r.queue_veh) AS max_queue_veh,
            sum(r.car) AS vehicles_car, sum(r.truck) AS vehicles_truck, sum(r.motorcycle) AS vehicles_motorcycle, sum(r.bus) AS vehicles_bus
            @more
        FROM (SELECT *, if(speed_mh IS NULL, 0, ifNull(vehicles, 1)) AS weight FROM @rows WHERE measured_at >= {floor:DateTime64(3)}) AS r
        GROUP BY window_start, @keys
    ),
    due AS (SELECT @place AS place, sum(3600 / interval_s) / @windows_an_hour AS readings FROM lake.sensors GROUP BY place),
    compared AS
    (
        SELECT
            if(e.readings > 0, toString(e.window_start), toString(g.window_start)) AS window_start,
            @shown
            e.readings AS expected_readings, g.readings AS gold_readings,
            arrayFilter(x -> x != '', [
                if(e.readings != g.readings, 'readings', ''),
                if(e.sensors != g.sensors, 'sensors', ''),
                if(e.vehicles IS DISTINCT FROM g.vehicles, 'vehicles', ''),
                if(ifNull(abs(e.mean_speed_kmh - g.mean_speed_kmh) > 1e-9 * (1 + e.mean_speed_kmh), (e.mean_speed_kmh IS NULL) != (g.mean_speed_kmh IS NULL)), 'mean_speed_kmh', ''),
                if(ifNull(abs(e.space_mean_speed_kmh - g.space_mean_speed_kmh) > 1e-6 * (1 + e.space_mean_speed_kmh), (e.space_mean_speed_kmh IS NULL) != (g.space_mean_speed_kmh IS NULL)), 'space_mean_speed_kmh', ''),
                if(ifNull(abs(e.mean_occupancy - g.mean_occupancy) > 1e-9, (e.mean_occupancy IS NULL) != (g.mean_occupancy IS NULL)), 'mean_occupancy', ''),
                if(ifNull(abs(e.max_occupancy - g.max_occupancy) > 1e-9, (e.max_occupancy IS NULL) != (g.max_occupancy IS NULL)), 'max_occupancy', ''),
                if(ifNull(abs(e.mean_wait_s - g.mean_wait_s) > 1e-9 * (1 + e.mean_wait_s), (e.mean_wait_s IS NULL) != (g.mean_wait_s IS NULL)), 'mean_wait_s', ''),
                if(e.max_queue_veh IS DISTINCT FROM g.max_queue_veh, 'max_queue_veh', ''),
                if(e.vehicles_car IS DISTINCT FROM g.vehicles_car, 'vehicles_car', ''),
                if(e.vehicles_truck IS DISTINCT FROM g.vehicles_truck, 'vehicles_truck', ''),
                if(e.vehicles_motorcycle IS DISTINCT FROM g.vehicles_motorcycle, 'vehicles_motorcycle', ''),
                if(e.vehicles_bus IS DISTINCT FROM g.vehicles_bus, 'vehicles_bus', ''),
                if(ifNull(abs(e.readings / d.readings - g.completeness) > 1e-9 * (1 + g.completeness), (d.readings > 0) != (g.completeness IS NOT NULL)), 'completeness', '')
                @compare
            ]) AS differing
        FROM expected AS e
        FULL JOIN (SELECT * FROM @table WHERE window_start >= {floor:DateTime64(3)}) AS g ON @join
        LEFT ANY JOIN due AS d ON d.place = e.@place
    )
SELECT * FROM compared WHERE notEmpty(differing) ORDER BY window_start LIMIT 1000
