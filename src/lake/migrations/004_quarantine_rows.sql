-- quarantine.lines: every line that broke a rule, byte for byte, with the code of each broken rule.
CREATE TABLE IF NOT EXISTS quarantine.lines
(
    position   UInt64 CODEC(Delta, LZ4),
    arrived_at DateTime64(3, 'UTC') CODEC(Delta, LZ4),
    source     LowCardinality(String),
    reasons    Array(LowCardinality(String)),
    bytes      UInt64,
    line       String CODEC(ZSTD(1)),
    file       Nullable(String)
)
ENGINE = @MergeTree
PARTITION BY intDiv(position, 10000000)
ORDER BY position
SETTINGS @durable;
