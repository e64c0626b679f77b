-- What streams beside readings need: whose line is in quarantine, whose field drifted, and their conflicting repeats.
ALTER TABLE quarantine.lines ADD COLUMN IF NOT EXISTS stream LowCardinality(String) DEFAULT 'readings';
-- '' stands for readings: a column with a default can't be put into a key.
ALTER TABLE bronze.schema_drift_state ADD COLUMN IF NOT EXISTS stream String, MODIFY ORDER BY (field, stream);
CREATE TABLE IF NOT EXISTS lake.stream_conflicts
(
    position UInt64,
    stream   LowCardinality(String),
    key      String,
    at       DateTime64(3, 'UTC')
)
ENGINE = @MergeTree
ORDER BY position
SETTINGS @durable;
