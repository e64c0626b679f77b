-- silver.conflicts: repeats whose content differed from the first arrival; the line itself is bronze at `position`.
CREATE TABLE IF NOT EXISTS silver.conflicts
(
    position    UInt64,
    sensor_id   LowCardinality(String),
    measured_at DateTime64(3, 'UTC')
)
ENGINE = @MergeTree
ORDER BY position
SETTINGS @durable;
