-- lake.camera_stand_ins: the cameras that may stand in for loops ('*' = every camera), from the configuration, written at each start.
CREATE TABLE IF NOT EXISTS lake.camera_stand_ins
(
    camera_id String
)
ENGINE = @MergeTree
ORDER BY camera_id
SETTINGS @durable;
