-- gold.incident_daily: incidents by local day, type, quadrant and community; re-posts count apart, withdrawn ones nowhere.
--
-- Key     local_date, type, quadrant, community
CREATE OR REPLACE VIEW gold.incident_daily AS
SELECT
    d.local_date AS local_date, d.type AS type, d.quadrant AS quadrant, d.community AS community,
    sum(d.incidents) AS incidents, sum(d.reposts) AS reposts, sum(d.repaired) AS repaired
FROM gold.incident_daily_state AS d
GROUP BY local_date, type, quadrant, community
