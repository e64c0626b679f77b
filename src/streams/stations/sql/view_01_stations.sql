-- silver.stations: the newest version of each weather station that is not withdrawn.
--
-- Key     station_id
CREATE OR REPLACE VIEW silver.stations AS
SELECT
    position, station_id, name, latitude, longitude, elevation_m, provider, withdrawn, arrived_at, source
FROM
(
    SELECT * FROM silver.stations_versions AS v ORDER BY v.position DESC LIMIT 1 BY v.station_id
) AS newest
WHERE NOT ifNull(newest.withdrawn, false)
