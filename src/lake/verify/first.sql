-- lake.verify_readings: the first arrivals among the valid lines of the log.
--
-- Key     sensor_id, measured_at
-- Params  {floor:DateTime64(3)} first instant silver keeps; {from:Int64} first position the log keeps: what silver has from before it came first
-- Re-run  safe on an emptied table
INSERT INTO lake.verify_readings
SELECT * FROM lake.verify_lines AS l
WHERE l.measured_at >= {floor:DateTime64(3)}
    AND (sensor_id, measured_at) NOT IN (SELECT toString(r.sensor_id), r.measured_at FROM silver.readings AS r WHERE r.position < {from:Int64})
ORDER BY sensor_id, measured_at, position
LIMIT 1 BY sensor_id, measured_at
