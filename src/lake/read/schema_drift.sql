-- Fields that came and that the record of their stream does not name.
--
-- Grain   stream, field
-- Reads   bronze.schema_drift
-- Units   first_seen, last_seen: arrival, UTC | positions in the log
-- Re-run  safe: reads only

SELECT stream, field, first_seen, last_seen, first_position, last_position
FROM bronze.schema_drift
ORDER BY stream = 'readings' DESC, stream, field
