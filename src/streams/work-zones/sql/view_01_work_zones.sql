-- silver.work_zones: the newest version of each work zone that is not withdrawn.
--
-- Key     work_zone_id
CREATE OR REPLACE VIEW silver.work_zones AS
SELECT
    position, work_zone_id, updated_at, event_type, name, description, road_names, direction, starts_at, ends_at,
    start_verified, end_verified, status, vehicle_impact, work_zone_type, workers_present, speed_limit_kmh, lanes,
    restrictions, types_of_work, geometry, related, data_source_id, details, withdrawn, arrived_at, source
FROM
(
    SELECT * FROM silver.work_zones_versions AS v ORDER BY v.updated_at DESC, v.position LIMIT 1 BY v.work_zone_id
) AS newest
WHERE NOT ifNull(newest.withdrawn, false)
