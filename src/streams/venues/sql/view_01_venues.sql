-- silver.venues: the newest version of each venue that is not withdrawn.
--
-- Key     venue_id
CREATE OR REPLACE VIEW silver.venues AS
SELECT
    position, venue_id, name, latitude, longitude, capacity, withdrawn, arrived_at, source
FROM
(
    SELECT * FROM silver.venues_versions AS v ORDER BY v.position DESC LIMIT 1 BY v.venue_id
) AS newest
WHERE NOT ifNull(newest.withdrawn, false)
