-- lake.city_clock: from when on the city's clocks are so far ahead of UTC, written at each start: the engine's own zone data is too old to ask.
--
-- Key     since, of the highest version
CREATE TABLE IF NOT EXISTS lake.city_clock
(
    since    DateTime64(3, 'UTC') COMMENT 'First instant of the offset',
    offset_s Int32                COMMENT 'Local time minus UTC',
    version  UInt64
)
ENGINE = @ReplacingMergeTree(version)
ORDER BY since
SETTINGS @durable;
