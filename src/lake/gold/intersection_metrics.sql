-- gold.intersection_metrics_state: adds the delta, at its own grain.
--
-- Reads   lake.gold_delta
-- Grain   window_start (5 min), intersection_id, district
-- Re-run  not by itself: the caller's watermarks see to it that a delta is added once
INSERT INTO gold.intersection_metrics_state
SELECT
    d.window_start AS window, d.intersection_id, d.district,
    @state_sums
FROM lake.gold_delta AS d
GROUP BY window, d.intersection_id, d.district
