-- lake.verify_readings: the first arrivals among the valid lines of the log.
--
-- Key     sensor_id, measured_at
-- Params  {floor:DateTime64(3)} first instant silver keeps; {from:Int64} first position the log keeps: what silver has from before it came first;
--         {holes_from:Array(UInt64)}, {holes_to:Array(UInt64)} positions [from, to) that the log lost: what silver has of them stands
-- Re-run  safe on an emptied table
INSERT INTO lake.verify_readings
SELECT * FROM lake.verify_lines AS l
WHERE l.measured_at >= {floor:DateTime64(3)}
    AND (sensor_id, measured_at) NOT IN (SELECT toString(r.sensor_id), r.measured_at FROM silver.readings AS r WHERE r.position < {from:Int64}
        OR arrayExists((first, end) -> r.position >= first AND r.position < end, {holes_from:Array(UInt64)}, {holes_to:Array(UInt64)}))
    AND l.position NOT IN
    (
        -- Refused for their sensor, which is not to be told from the line; taken after all, if a rebuild allowed more.
        SELECT q.position FROM quarantine.lines AS q
        WHERE has(q.reasons, 'too_many_sensors')
            AND q.position NOT IN
            (
                SELECT r.position FROM silver.readings AS r
                WHERE r.position IN (SELECT t.position FROM quarantine.lines AS t WHERE has(t.reasons, 'too_many_sensors'))
            )
    )
ORDER BY sensor_id, measured_at, position
LIMIT 1 BY sensor_id, measured_at
