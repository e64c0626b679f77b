"""deploy/spark/arterial_upkeep.py on real tables of arterial_stream.py: prints ok, or fails with what is wrong.

upkeep.py <folder> <jars> <what `arterial spark export` wrote>
"""

import argparse
import datetime
import json
import os
import sys
from pathlib import Path

from settings import session

FOLDER, JARS, EXPORT = sys.argv[1:4]
sys.path.insert(0, str(Path(__file__).parents[2] / "deploy/spark"))
import arterial_stream  # noqa: E402
import arterial_upkeep  # noqa: E402

BASE = f"{FOLDER}/tables"
DAY, BEFORE = "2026-11-02", "2026-11-01"
UTC = datetime.timezone.utc

spark = session("upkeep", FOLDER, JARS)

told = next(one for one in json.loads(Path(EXPORT, "streams.json").read_text())["streams"] if one["stream"] == "readings")
stream = arterial_stream.Stream(told, argparse.Namespace(base=BASE))
stream.make_tables(spark)


def silver(offset, sensor, day, hour, vehicles):
    at = datetime.datetime.fromisoformat(f"{day}T{hour:02}:30:00").replace(tzinfo=UTC)
    date = at.date()
    one = (offset, sensor, at, date, vehicles)
    kind = "offset bigint, sensor_id string, measured_at timestamp, utc_date date, vehicles bigint"
    rows = spark.createDataFrame([one], kind).selectExpr(
        "'traffic-sensors' AS topic", "0 AS partition", "offset", "0 AS record", "sensor_id", "'I-1' AS intersection_id",
        "'centre' AS district", "measured_at", "measured_at AS arrived_at", "vehicles", "CAST(49.9 AS DECIMAL(9, 3)) AS speed_kmh",
        "CAST(30 AS BIGINT) AS interval_s", "utc_date AS local_date", "hour(measured_at) AS local_hour", "offset AS content", "utc_date",
    )
    rows.write.format("delta").mode("append").save(stream.silver)
    return rows


def load(*given):
    rows = silver(*given)
    stream.make_gold(spark, [row[0] for row in rows.selectExpr("unix_seconds(measured_at) div 3600").collect()])


def step(name, day=DAY, *more):
    return arterial_upkeep.main(["--step", name, f"--streams={EXPORT}", f"--base={BASE}/", f"--day={day}", *more])


def refused(name, words):
    try:
        step(name)
    except SystemExit as error:
        assert words in str(error), error
    else:
        raise AssertionError(f"{name} found nothing")


def wanted(found, words):
    assert words in found, found


spans = arterial_stream.spans_of([40, 1, 2, 3, 10, 12], 2)
assert spans == [(1, 13), (40, 41)], spans

load(1, "A", BEFORE, 8, 10)
for offset, hour in ((2, 8), (3, 8), (4, 9)):
    load(offset, f"S{offset}", DAY, hour, 12)
late = datetime.datetime(2026, 11, 3, 0, 5, tzinfo=UTC)
kind = "topic string, partition int, offset bigint, arrived_at timestamp, value binary, utc_date date"
spark.createDataFrame([("traffic-sensors", 0, 9, late, b"{}", late.date())], kind).write.format("delta").mode("append").save(stream.bronze)

wanted(step("publish"), "has what arrived on 2026-11-02")
wanted(step("verify"), "3 rows of silver, each once")
removed = int(step("optimise").split()[0])
assert removed >= 3, removed
wanted(step("optimise"), "0 files")
wanted(step("verify"), "3 rows of silver, each once")
wanted(step("vacuum"), "the last 7 days")
wanted(step("retention"), "everything is kept")
wanted(step("retention", DAY, "--keep-days=0"), "days before 2026-11-02 are gone")
left = [str(row[0]) for row in spark.read.format("delta").load(stream.silver).select("utc_date").distinct().collect()]
assert left == [DAY], left

# A row that gold does not know, and a key that stands there twice.
silver(5, "S5", DAY, 10, 7)
refused("verify", "are not what silver says")
load(6, "S4", DAY, 9, 12)
refused("verify", "1 keys stand there more than once")
spark.stop()
os.write(1, b"ok\n")
