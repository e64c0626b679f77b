-- How many quarantined lines broke each rule; a line that broke several counts under each.
--
-- Grain   reason code
-- Reads   quarantine.lines
-- Units   first_seen, last_seen: arrival, UTC
-- Params  {from:DateTime64(3, 'UTC')} inclusive, {to:DateTime64(3, 'UTC')} exclusive, of arrived_at
-- Re-run  safe: reads only

SELECT
    arrayJoin(reasons) AS reason,
    count()            AS lines,
    min(arrived_at)    AS first_seen,
    max(arrived_at)    AS last_seen
FROM quarantine.lines
WHERE arrived_at >= {from:DateTime64(3, 'UTC')} AND arrived_at < {to:DateTime64(3, 'UTC')}
GROUP BY reason
ORDER BY lines DESC, reason
