-- gold.camera_stand_ins: what cameras counted in the windows in which no loop of their intersection reported; of those that cameras.standIn names.
--
-- Grain   window_start (5 min), intersection_id: none that gold.intersection_metrics_state has, so a late reading takes the row away
-- Units   as the column names say | readings observations, sensors cameras | completeness 0..1: share of the window that they say they
--         counted, NULL where none says how long
-- Sites   those whose loops all report at least every five minutes: of a slower one, nobody knows whether it is dead
-- Joins   a camera looks at one intersection; cameras of the same one are added up, as its loops are
CREATE OR REPLACE VIEW gold.camera_stand_ins AS
WITH
    chosen AS
    (
        SELECT c.camera_id AS camera_id, i.intersection_id AS intersection_id, i.district AS district
        FROM
        (
            -- As silver.cameras, which may be made after this view.
            SELECT v.camera_id AS camera_id, argMax(tuple(v.intersection_id, ifNull(v.withdrawn, false)), v.position) AS newest
            FROM silver.cameras_versions AS v
            WHERE (SELECT count() FROM lake.camera_stand_ins WHERE camera_id = '*') > 0 OR v.camera_id IN (SELECT camera_id FROM lake.camera_stand_ins)
            GROUP BY v.camera_id
            HAVING NOT newest.2
        ) AS c
        INNER JOIN
        (
            SELECT s.intersection_id AS intersection_id, min(s.district) AS district
            FROM lake.sensors AS s
            GROUP BY s.intersection_id
            HAVING max(s.interval_s) <= 300
        ) AS i ON i.intersection_id = c.newest.1
    ),
    -- Both in one table and not joined, so that whoever asks for an hour reads an hour of each.
    both AS
    (
        SELECT
            s.window_start AS window_start, toString(c.intersection_id) AS intersection_id, toString(c.district) AS district, 0 AS loops, toString(s.camera_id) AS camera_id, s.counted AS counted,
            s.vehicles AS vehicles, s.vehicles_n AS vehicles_n, s.speed_weight AS speed_weight, s.speed_sum AS speed_sum, s.pace_sum AS pace_sum,
            s.car_sum AS car_sum, s.car_n AS car_n, s.truck_sum AS truck_sum, s.truck_n AS truck_n, s.motorcycle_sum AS motorcycle_sum,
            s.motorcycle_n AS motorcycle_n, s.bus_sum AS bus_sum, s.bus_n AS bus_n, s.interval_sum AS interval_sum, s.interval_n AS interval_n
        FROM gold.camera_stand_ins_state AS s
        INNER JOIN chosen AS c ON c.camera_id = s.camera_id
        UNION ALL
        SELECT
            m.window_start AS window_start, toString(m.intersection_id) AS intersection_id, '' AS district, 1 AS loops, '' AS camera_id, 0 AS counted,
            0 AS vehicles, 0 AS vehicles_n, 0 AS speed_weight, 0 AS speed_sum, 0 AS pace_sum,
            0 AS car_sum, 0 AS car_n, 0 AS truck_sum, 0 AS truck_n, 0 AS motorcycle_sum,
            0 AS motorcycle_n, 0 AS bus_sum, 0 AS bus_n, 0 AS interval_sum, 0 AS interval_n
        FROM gold.intersection_metrics_state AS m
        WHERE m.intersection_id IN (SELECT intersection_id FROM chosen)
    )
SELECT
    w.window_start AS window_start, w.intersection_id AS intersection_id, max(w.district) AS district,
    sum(w.counted) AS readings,
    uniqExact(w.camera_id) AS sensors,
    if(sum(w.vehicles_n) = 0, NULL, sum(w.vehicles)) AS vehicles,
    if(sum(w.speed_weight) = 0, NULL, sum(w.speed_sum) / sum(w.speed_weight) / 1e3) AS mean_speed_kmh,
    if(sum(w.speed_weight) = 0, NULL, 3.6e9 * sum(w.speed_weight) / sum(w.pace_sum)) AS space_mean_speed_kmh,
    if(sum(w.car_n) = 0, NULL, sum(w.car_sum)) AS vehicles_car,
    if(sum(w.truck_n) = 0, NULL, sum(w.truck_sum)) AS vehicles_truck,
    if(sum(w.motorcycle_n) = 0, NULL, sum(w.motorcycle_sum)) AS vehicles_motorcycle,
    if(sum(w.bus_n) = 0, NULL, sum(w.bus_sum)) AS vehicles_bus,
    if(sum(w.interval_n) = 0, NULL, least(sum(w.interval_sum) / (300 * uniqExact(w.camera_id)), 1)) AS completeness
FROM both AS w
GROUP BY w.window_start, w.intersection_id
HAVING sum(w.loops) = 0 AND sum(w.counted) > 0
