-- gold.district_analytics_state: adds the delta, at 15 minutes.
--
-- Reads   lake.gold_delta
-- Grain   window_start (15 min), district
-- Re-run  not by itself: the caller's watermarks see to it that a delta is added once
INSERT INTO gold.district_analytics_state
SELECT
    toStartOfFifteenMinutes(d.window_start) AS window, d.district,
    @state_sums
FROM lake.gold_delta AS d
GROUP BY window, d.district
