-- silver.events: the newest version of each event that is not withdrawn.
--
-- Key     event_id
CREATE OR REPLACE VIEW silver.events AS
SELECT
    position, event_id, updated_at, kind, title, status, starts_at, ends_at, doors_open_at, venue_id, place,
    latitude, longitude, line, expected_attendance, road_effect, description, url, withdrawn, arrived_at, source
FROM
(
    SELECT * FROM silver.events_versions AS v ORDER BY v.updated_at DESC, v.position LIMIT 1 BY v.event_id
) AS newest
WHERE NOT ifNull(newest.withdrawn, false)
