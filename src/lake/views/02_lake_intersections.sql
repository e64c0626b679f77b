-- lake.intersections: one row per site, from the sensors at it (a place many sensors share is the mean of theirs).
--
-- Key     intersection_id
CREATE OR REPLACE VIEW lake.intersections AS
SELECT
    intersection_id,
    anyIf(s.name, s.name IS NOT NULL) AS name,
    min(s.district)                   AS district,
    avg(s.latitude)                   AS latitude,
    avg(s.longitude)                  AS longitude,
    count()                           AS sensors,
    sum(s.lanes)                      AS lanes,
    max(s.camera)                     AS camera,
    sum(3600 / s.interval_s)          AS expected_per_hour
FROM lake.sensors AS s
GROUP BY intersection_id
