-- silver.plans_versions: every version of a plan.
CREATE TABLE IF NOT EXISTS silver.plans_versions
(
    position     UInt64,
    plan_id String,
    updated_at DateTime64(3, 'UTC'),
    title String,
    tags Array(String),
    withdrawn Nullable(Bool),
    arrived_at   DateTime64(3, 'UTC'),
    source       LowCardinality(String),
    once_hash    FixedString(16),
    content_hash FixedString(16)
)
ENGINE = @MergeTree
PARTITION BY toYYYYMM(updated_at)
ORDER BY (plan_id, updated_at, position)
SETTINGS @durable;
