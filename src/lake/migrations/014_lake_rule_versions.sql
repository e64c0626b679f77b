-- lake.rule_versions: the rules readings were loaded by, from the position of each row on.
CREATE TABLE IF NOT EXISTS lake.rule_versions
(
    position      UInt64,
    zone          String,
    oldest_ms     Int64,
    max_future_ms Int64,
    max_sensors   UInt64,
    interval_s    UInt32
)
ENGINE = @MergeTree
ORDER BY position
SETTINGS @durable;
