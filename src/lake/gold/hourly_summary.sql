-- gold.hourly_summary_state: adds the delta, at an hour.
--
-- Reads   lake.gold_delta
-- Grain   window_start (1 h), district
-- Re-run  not by itself: the caller's watermarks see to it that a delta is added once
INSERT INTO gold.hourly_summary_state
SELECT
    toStartOfHour(d.window_start) AS window, d.district,
    @state_sums
FROM lake.gold_delta AS d
GROUP BY window, d.district
