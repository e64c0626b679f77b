-- How many quarantined lines broke each rule; a line that broke several counts under each.
--
-- Grain   stream, reason code
-- Reads   quarantine.lines
-- Units   first_seen, last_seen: arrival, UTC
-- Params  {from:DateTime64(3, 'UTC')} inclusive, {to:DateTime64(3, 'UTC')} exclusive, of arrived_at | {streams:Array(String)}: only of these; empty: of all
-- Re-run  safe: reads only

SELECT
    stream,
    arrayJoin(reasons) AS reason,
    count()            AS lines,
    min(arrived_at)    AS first_seen,
    max(arrived_at)    AS last_seen
FROM quarantine.lines
WHERE arrived_at >= {from:DateTime64(3, 'UTC')} AND arrived_at < {to:DateTime64(3, 'UTC')}
  AND (empty({streams:Array(String)}) OR has({streams:Array(String)}, stream))
GROUP BY stream, reason
ORDER BY lines DESC, stream, reason
