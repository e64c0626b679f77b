-- gold.free_flow: free-flow speed per district and night: the 85th percentile (weighted by vehicles) of the speeds of
-- that night and the two before it, local 00:00–05:00.
--
-- Grain   local date of the last of three nights, district; a night without readings still has a row if one of the two before it had
CREATE OR REPLACE VIEW gold.free_flow AS
SELECT
    last_night,
    district,
    quantileExactWeighted(0.85)(speed_dkmh, h.weight) / 10 AS free_flow_speed_kmh
FROM
(
    SELECT night + arrayJoin([0, 1, 2]) AS last_night, district, speed_dkmh, sum(n.weight) AS weight
    FROM gold.night_speed_state AS n
    GROUP BY last_night, district, speed_dkmh
) AS h
GROUP BY last_night, district
