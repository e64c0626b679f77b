"""What a batch of arterial_stream.py takes of Java's processor time where silver has a day already: a JSON object a line for each batch.

history.py JOBS STREAMS BASE ROWS KINDS: folders of the jobs by commas, what `arterial spark export` wrote, where the tables go, the rows of a
batch, and a sign for each batch. Silver has 23 hours in files of half an hour; each batch has the next half hour, and of one that
is "l" every hundredth reading is twelve hours late. Each job does each batch on a lake of its own. The rows are made here: Kafka and
`arterial scan` cost the same in every batch.
"""

import importlib.util
import json
import os
import shutil
import sys
import time
from argparse import Namespace
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

JOBS, STREAMS, BASE, ROWS, KINDS = sys.argv[1:6]
SENSORS, HALF_HOUR_S, LATE_S, BEFORE = 10_000, 1800, 12 * 3600, 46
BEGIN_S = 1793577600  # 2026-11-02T00:00:00Z
rows = int(ROWS)
told = next(one for one in json.loads(Path(STREAMS, "streams.json").read_text())["streams"] if one["stream"] == "readings")
spark = SparkSession.builder.appName("history").getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")
java = spark._jvm.java.lang.ProcessHandle.current().pid()

passed_s = f"offset div {rows} * {HALF_HOUR_S} + offset % {rows} div {SENSORS} * {HALF_HOUR_S * SENSORS} div {rows}"
VALUES = {
    "sensor_id": f"concat('sensor-', offset % {SENSORS}, IF(late, '-late', ''))",
    "intersection_id": f"concat('I-', offset % {SENSORS} div 8)",
    "district": "concat('D-', offset % 16)",
    "measured_at": f"timestamp_seconds({BEGIN_S} + {passed_s} - IF(late, {LATE_S}, 0))",
    "arrived_at": "timestamp",
    "source": "'bench'",
    "vehicles": "hash(offset, 1) & 31",
    "speed_kmh": "30 + (hash(offset, 2) & 31)",
    "occupancy": "(hash(offset, 3) & 255) / 256",
    "wait_s": "hash(offset, 4) & 127",
    "queue_veh": "hash(offset, 5) & 15",
    "latitude": "40.7 + (offset % 100) / 1000",
    "longitude": "-74.0 + (offset % 100) / 1000",
    "interval_s": "360",
    "local_date": "to_date(measured_at)",
    "local_hour": "hour(measured_at)",
    "content": "xxhash64(offset)",
}


def job(folder):
    spec = importlib.util.spec_from_file_location("job", f"{folder}/arterial_stream.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judged(module):
    """Says of made messages what `arterial scan` would."""

    def judge(self, batch):
        late = f"offset % 100 = 7 AND offset >= {BEFORE * rows} AND substr('{KINDS}', CAST(offset div {rows} - {BEFORE - 1} AS int), 1) = 'l'"
        made = batch.withColumn("late", f.expr(late)).withColumn("measured_at", f.expr(VALUES["measured_at"]))
        cells = [f.expr(VALUES.get(c["name"], "NULL")).cast(c["type"]).alias(c["name"]) for c in told["silver"]["columns"]]
        refused = f"CAST(NULL AS struct<{module.ddl(told['quarantine']['columns'])}>) AS refused"
        return made.select("topic", "partition", "offset", f.lit(0).alias("record"), f.struct(*cells).alias("row"), f.expr(refused))

    return judge


def messages(first, end, parts):
    what = ["'t' AS topic", "0 AS partition", "id AS offset", "current_timestamp() AS timestamp", "CAST(repeat('x', 300) AS binary) AS value"]
    return spark.range(first * rows, end * rows, 1, parts).selectExpr(*what)


def used():
    with open(f"/proc/{java}/stat") as file:
        return sum(map(int, file.read().rsplit(") ", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")


def say(**words):
    print(json.dumps(words), flush=True)


def begin(module):
    """Silver with what came before, which is the same for any of the jobs."""
    stream = module.Stream(told, Namespace(base=f"{BASE}/before"))
    stream.make_tables(spark)
    before = judged(module)(stream, messages(0, BEFORE, BEFORE)).select("topic", "partition", "offset", "record", "row.*")
    before.withColumn("utc_date", f.to_date("measured_at")).write.format("delta").mode("append").save(stream.silver)


modules = [job(folder) for folder in JOBS.split(",")]
begin(modules[0])
streams = []
for at, module in enumerate(modules):
    module.Stream.judge = judged(module)
    shutil.copytree(f"{BASE}/before", f"{BASE}/{at}")
    streams.append(module.Stream(told, Namespace(base=f"{BASE}/{at}")))
for number, kind in enumerate(KINDS):
    for at, stream in enumerate(streams):
        batch = messages(BEFORE + number, BEFORE + number + 1, 2)
        began, before = time.monotonic(), used()
        stream.load(batch, number)
        say(batch=number + 1, kind=kind, job=at + 1, cpu=used() - before, wall=time.monotonic() - began)
# Equal where two jobs made the same of them.
for at, stream in enumerate(streams):
    for path in [stream.silver, *[path for _, path in stream.gold]]:
        table = spark.read.format("delta").load(path).drop("arrived_at")
        total = table.select(*sorted(table.columns)).selectExpr("count(*)", "sum(CAST(xxhash64(*) AS decimal(38)))").first()
        say(job=at + 1, table=path.removeprefix(f"{BASE}/{at}/"), rows=total[0], sum=str(total[1]))
spark.stop()
