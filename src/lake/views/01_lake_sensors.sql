-- lake.sensors: every sensor the register names or a reading has shown, with today's place; the register wins.
--
-- Key     sensor_id
CREATE OR REPLACE VIEW lake.sensors AS
WITH
    registered AS
    (
        SELECT
            sensor_id,
            argMax(tuple(v.intersection_id, v.name, v.latitude, v.longitude, v.district, v.interval_s, v.lanes, v.camera, v.removed), v.position) AS entry
        FROM lake.sensor_versions AS v
        GROUP BY sensor_id
        HAVING NOT entry.9
    ),
    seen AS
    (
        SELECT
            sensor_id,
            -- A reading that says no place does not take the sensor from where it was, nor off the map.
            argMaxIf(s.intersection_id, s.position, s.intersection_id != s.sensor_id) AS site,
            argMaxIf(s.district, s.position, s.district != 'unassigned') AS district,
            argMax(s.interval_s, s.position) AS interval_s,
            argMaxIf(s.latitude, s.position, s.latitude IS NOT NULL) AS latitude,
            argMaxIf(s.longitude, s.position, s.longitude IS NOT NULL) AS longitude,
            min(s.measured_at) AS first_seen
        FROM lake.sensor_sightings AS s
        GROUP BY sensor_id
    )
SELECT
    if(r.sensor_id != '', r.sensor_id, s.sensor_id)                                          AS sensor_id,
    coalesce(r.entry.1, nullIf(s.site, ''), if(r.sensor_id != '', r.sensor_id, s.sensor_id)) AS intersection_id,
    r.entry.2                                                                                AS name,
    coalesce(r.entry.5, nullIf(s.district, ''), 'unassigned')                                AS district,
    coalesce(r.entry.3, s.latitude)                                                          AS latitude,
    coalesce(r.entry.4, s.longitude)                                                         AS longitude,
    toUInt32(coalesce(r.entry.6, nullIf(s.interval_s, 0), 30))                               AS interval_s,
    r.entry.7                                                                                AS lanes,
    coalesce(r.entry.8, false)                                                               AS camera,
    r.sensor_id != ''                                                                        AS registered,
    if(s.sensor_id != '', s.first_seen, NULL)                                                AS first_seen
FROM registered AS r
FULL JOIN seen AS s ON r.sensor_id = s.sensor_id
