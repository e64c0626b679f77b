-- gold.incident_daily_state: incidents by UTC month of their start and local day, type, quadrant and community; gold.incident_daily adds the
-- months up, for a local day may lie in two.
CREATE TABLE IF NOT EXISTS gold.incident_daily_state
(
    started_month UInt32,
    local_date    Date,
    type          LowCardinality(String),
    quadrant      LowCardinality(Nullable(String)),
    community     LowCardinality(Nullable(String)),
    incidents     UInt32,
    reposts       UInt32,
    repaired      UInt32
)
ENGINE = @MergeTree
PARTITION BY started_month
ORDER BY (local_date, type)
SETTINGS @durable;
