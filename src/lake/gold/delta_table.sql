-- lake.gold_delta: scratch of the gold step, in memory; made anew at each start. Columns as delta.sql yields them.
CREATE OR REPLACE TABLE lake.gold_delta
(
    window_start DateTime('UTC'), intersection_id LowCardinality(String), district LowCardinality(String), last_night Date,
    @delta_columns
)
ENGINE = Memory
