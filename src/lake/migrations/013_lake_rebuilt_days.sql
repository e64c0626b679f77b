-- lake.rebuilt_days: days of silver that a rebuild made from today's register; `position` is up to where it was read.
CREATE TABLE IF NOT EXISTS lake.rebuilt_days
(
    day      Date,
    position UInt64
)
ENGINE = @ReplacingMergeTree(position)
ORDER BY day
SETTINGS @durable;
