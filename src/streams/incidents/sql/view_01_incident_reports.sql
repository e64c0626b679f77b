-- silver.incident_reports: the newest version of each report that is not withdrawn, as its source gave it.
--
-- Key     incident_id
CREATE OR REPLACE VIEW silver.incident_reports AS
SELECT
    position, incident_id, has_source_id, updated_at, modified_known, started_at, utc_offset_min, title, description, quadrant, latitude,
    longitude, repaired, original_started_at, original_modified_at, withdrawn, arrived_at, source
FROM
(
    SELECT * FROM silver.incident_versions AS v
    ORDER BY v.updated_at DESC, v.has_source_id DESC, v.content_hash DESC LIMIT 1 BY v.incident_id
) AS newest
WHERE NOT ifNull(newest.withdrawn, false)
