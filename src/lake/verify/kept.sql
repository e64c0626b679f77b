-- lake.verify_readings: what silver has of lines that the log lost, as it is: nothing is left to compare it with.
--
-- Key     sensor_id, measured_at; a row that is there twice is taken once, so that its double shows
-- Params  {holes_from:Array(UInt64)}, {holes_to:Array(UInt64)} positions [from, to) that the log lost; {upto:UInt64} exclusive position
-- Re-run  safe on an emptied table
INSERT INTO lake.verify_readings
SELECT * FROM lake.verify_silver AS s
WHERE s.position < {upto:UInt64}
    AND arrayExists((first, end) -> s.position >= first AND s.position < end, {holes_from:Array(UInt64)}, {holes_to:Array(UInt64)})
ORDER BY sensor_id, measured_at, position
LIMIT 1 BY sensor_id, measured_at
