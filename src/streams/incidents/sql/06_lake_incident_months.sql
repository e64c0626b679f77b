-- lake.incident_months: what each month of the incident record was made of; month 0 says up to which position of the log everything is made.
CREATE TABLE IF NOT EXISTS lake.incident_months
(
    started_month UInt32,
    upto          UInt64,
    rules         String,
    versions      UInt64,
    digest        UInt64,
    incidents     UInt64,
    links         UInt64,
    history       UInt64,
    days          UInt64
)
ENGINE = @MergeTree
PARTITION BY started_month
ORDER BY started_month
SETTINGS @durable;
