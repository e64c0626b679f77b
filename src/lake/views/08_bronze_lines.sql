-- bronze.lines: every line as received, with its log position, source and arrival.
--
-- Reads   the log's own segments; a line counts once the sidecar names its frame, which is after the frame was synced, so
--         nothing beyond the durable end is ever seen
CREATE OR REPLACE VIEW bronze.lines AS
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
        WHERE endsWith(line, '}')
    )
SELECT s.position AS position, f.arrived_at AS arrived_at, f.source AS source, f.kind AS kind, f.interval_s AS interval_s, s.line AS line
FROM (SELECT 1 AS one, toUInt64(substring(_file, 1, @base_digits)) + toUInt64(assumeNotNull(_row_number)) AS position, line FROM bronze.segments) AS s
ASOF INNER JOIN (SELECT 1 AS one, * FROM frames) AS f ON s.one = f.one AND s.position >= f.first_position
WHERE s.position < f.first_position + f.frame_lines
