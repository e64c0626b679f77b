-- The quarter hours in which what gold.district_analytics derives differs from a plain query over the readings; empty when none does.
--
-- Grain   window_start (15 min), district
-- Reads   lake.verify_readings (lake.verify_silver where the log no longer reaches), lake.free_flow for what is configured
-- Units   free_flow_speed_kmh: 85th percentile, weighted by vehicles, of the speeds (in steps of 0.1 km/h) of the last three nights
--         (local hours 0 to 4) before the window's end; speed_index within 1e-6
-- Params  {floor:DateTime64(3)} first instant that is compared
WITH
    readings AS
    (
        SELECT
            toStartOfFifteenMinutes(measured_at) AS window_start, district, intersection_id, wait_ms, speed_mh,
            toUInt64(if(speed_mh IS NULL, 0, ifNull(vehicles, 1))) AS weight,
            toDate(intDiv(local_hours, 24)) AS local_day, local_hours % 24 < 5 AS night
        FROM @rows
    ),
    windows AS
    (
        SELECT
            window_start, district,
            if(sum(weight) = 0, NULL, sum(weight) / sum(weight / greatest(speed_mh / 1000, 1))) AS speed_kmh,
            max(if(night, local_day - 1, local_day)) AS last_night
        FROM readings WHERE window_start >= {floor:DateTime64(3)}
        GROUP BY window_start, district
    ),
    nights AS
    (
        SELECT last_night, district, quantileExactWeighted(0.85)(intDiv(assumeNotNull(speed_mh), 100), weight) / 10 AS speed_kmh
        FROM readings
        ARRAY JOIN [local_day, local_day + 1, local_day + 2] AS last_night
        WHERE night AND speed_mh IS NOT NULL
        GROUP BY last_night, district
    ),
    waits AS
    (
        SELECT window_start, district, countIf(wait > 55000) / count() AS share_sites_ef
        FROM
        (
            SELECT window_start, district, intersection_id, avg(wait_ms) AS wait
            FROM readings
            WHERE wait_ms IS NOT NULL
            GROUP BY window_start, district, intersection_id
        )
        GROUP BY window_start, district
    ),
    configured AS (SELECT district, argMax(speed_kmh, version) AS speed_kmh FROM lake.free_flow GROUP BY district),
    expected AS
    (
        SELECT
            w.window_start AS window_start, w.district AS district,
            if(t.district = '', NULL, t.share_sites_ef) AS share_sites_ef,
            multiIf(n.speed_kmh > 0, n.speed_kmh, c.district != '', c.speed_kmh, (SELECT any(speed_kmh) FROM configured WHERE district = '')) AS free_flow_speed_kmh,
            w.speed_kmh / free_flow_speed_kmh AS speed_index
        FROM windows AS w
        LEFT JOIN waits AS t ON t.window_start = w.window_start AND t.district = w.district
        LEFT JOIN nights AS n ON n.last_night = w.last_night AND n.district = w.district
        LEFT JOIN configured AS c ON c.district = w.district
    )
SELECT
    toString(e.window_start) AS window_start, e.district AS district,
    arrayFilter(x -> x != '', [
        if(ifNull(abs(e.share_sites_ef - g.share_sites_ef) > 1e-9, (e.share_sites_ef IS NULL) != (g.share_sites_ef IS NULL)), 'share_sites_ef', ''),
        if(ifNull(abs(e.free_flow_speed_kmh - g.free_flow_speed_kmh) > 1e-9, 1), 'free_flow_speed_kmh', ''),
        if(ifNull(abs(e.speed_index - g.speed_index) > 1e-6 * (1 + e.speed_index), (e.speed_index IS NULL) != (g.speed_index IS NULL)), 'speed_index', '')
    ]) AS differing
FROM expected AS e
INNER JOIN gold.district_analytics AS g ON g.window_start = e.window_start AND g.district = e.district
WHERE notEmpty(differing)
ORDER BY window_start, district
LIMIT 1000
