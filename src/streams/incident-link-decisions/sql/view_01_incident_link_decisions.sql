-- silver.incident_link_decisions: the newest version of each that is not withdrawn.
CREATE OR REPLACE VIEW silver.incident_link_decisions AS
SELECT position, incident_id, other_id, decided_by, note, withdrawn, arrived_at, source
FROM
(
    SELECT * FROM silver.incident_link_decisions_versions AS v ORDER BY v.position DESC LIMIT 1 BY v.incident_id, v.other_id
) AS newest
WHERE NOT ifNull(newest.withdrawn, false)
