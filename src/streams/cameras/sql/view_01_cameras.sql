-- silver.cameras: the newest version of each camera that is not withdrawn.
--
-- Key     camera_id
CREATE OR REPLACE VIEW silver.cameras AS
SELECT
    position, camera_id, name, latitude, longitude, direction, intersection_id, district, snapshot_url, shown, withdrawn, arrived_at, source
FROM
(
    SELECT * FROM silver.cameras_versions AS v ORDER BY v.position DESC LIMIT 1 BY v.camera_id
) AS newest
WHERE NOT ifNull(newest.withdrawn, false)
