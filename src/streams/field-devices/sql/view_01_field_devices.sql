-- silver.field_devices: the newest version of each field device that is not withdrawn.
--
-- Key     device_id
CREATE OR REPLACE VIEW silver.field_devices AS
SELECT
    position, device_id, updated_at, device_type, name, status, road_names, latitude, longitude, details,
    withdrawn, arrived_at, source
FROM
(
    SELECT * FROM silver.field_devices_versions AS v ORDER BY v.updated_at DESC, v.position LIMIT 1 BY v.device_id
) AS newest
WHERE NOT ifNull(newest.withdrawn, false)
