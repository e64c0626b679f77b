-- bronze.lines of some files of the log: the view of that name reads all of them, whatever is asked for.
--
-- Grain   a line
-- Params  {segment_files:Array(String)} the files' names, {frame_files:Array(String)} those of their sidecars
-- Re-run  safe: the same files give the same rows, and what is appended to them
WITH
    frames AS
    (
        SELECT
            JSONExtractUInt(line, 'position')                                           AS first_position,
            JSONExtractUInt(line, 'count')                                              AS frame_lines,
            toDateTime64(JSONExtractUInt(line, 'arrived_at_ms') / 1000, 3, 'UTC')       AS arrived_at,
            JSONExtractString(line, 'source')                                           AS source,
            JSONExtractString(line, 'kind')                                             AS kind,
            JSONExtract(line, 'interval_s', 'Nullable(UInt32)')                         AS interval_s
        FROM bronze.frames
        WHERE _file IN {frame_files:Array(String)} AND endsWith(line, '}')
    )
SELECT s.position AS position, f.arrived_at AS arrived_at, f.source AS source, f.kind AS kind, f.interval_s AS interval_s, s.line AS line
FROM
(
    SELECT 1 AS one, toUInt64(substring(_file, 1, @base_digits)) + toUInt64(assumeNotNull(_row_number)) AS position, line
    FROM bronze.segments
    WHERE _file IN {segment_files:Array(String)}
) AS s
ASOF INNER JOIN (SELECT 1 AS one, * FROM frames) AS f ON s.one = f.one AND s.position >= f.first_position
WHERE s.position < f.first_position + f.frame_lines
