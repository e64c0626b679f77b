-- Fields that came with readings and that the wire record does not name.
--
-- Grain   field
-- Reads   bronze.schema_drift
-- Units   first_seen, last_seen: arrival, UTC | positions in the log
-- Re-run  safe: reads only

SELECT field, first_seen, last_seen, first_position, last_position
FROM bronze.schema_drift
WHERE stream = 'readings'
ORDER BY field
