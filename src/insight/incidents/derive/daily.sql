-- The days of months (UTC, by the start) of incidents. Withdrawn ones count nowhere, re-posts apart.
INSERT INTO @into
SELECT
    toYYYYMM(i.started_at) AS started_month, i.local_date AS local_date, i.type AS type, i.quadrant AS quadrant, i.community AS community,
    countIf(NOT i.is_repost) AS incidents, countIf(i.is_repost) AS reposts, countIf(i.repaired AND NOT i.is_repost) AS repaired
FROM @from AS i
WHERE toYYYYMM(i.started_at) IN {months:Array(UInt32)} AND NOT i.withdrawn
GROUP BY started_month, local_date, type, quadrant, community
