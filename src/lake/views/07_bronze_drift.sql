-- bronze.schema_drift: a field of a stream's lines that its record does not name, with the first and last time it was seen.
CREATE OR REPLACE VIEW bronze.schema_drift AS
SELECT
    if(s.stream = '', 'readings', s.stream) AS stream,
    field,
    min(s.first_seen)     AS first_seen,
    max(s.last_seen)      AS last_seen,
    min(s.first_position) AS first_position,
    max(s.position)       AS last_position
FROM bronze.schema_drift_state AS s
GROUP BY stream, field
