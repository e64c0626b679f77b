"""What a batch of arterial_stream.py takes of Java's processor time as a lake grows: a JSON object a line for each batch.

history.py JOB STREAMS BASE ROWS KINDS: the folder of the job, what `arterial spark export` wrote, where the tables go, the rows of a batch,
and a sign for each batch. Each has half an hour of readings; of one that is "l" every hundredth is ten hours late. The rows are
made here: Kafka and `arterial scan` cost the same in every batch.
"""

import json
import os
import sys
import time
from argparse import Namespace
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

JOB, STREAMS, BASE, ROWS, KINDS = sys.argv[1:6]
sys.path.insert(0, JOB)
import arterial_stream  # noqa: E402

SENSORS, HALF_HOUR_S, LATE_S = 10_000, 1800, 36_000
BEGIN = "TIMESTAMP'2026-11-02 00:00:00Z'"
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
    "measured_at": f"timestamp_seconds(unix_seconds({BEGIN}) + {passed_s} - IF(late, {LATE_S}, 0))",
    "arrived_at": "timestamp",
    "source": "'bench'",
    "vehicles": "hash(offset, 1) & 31",
    "speed_kmh": "30 + (hash(offset, 2) & 31)",
    "occupancy": "(hash(offset, 3) & 255) / 256",
    "wait_s": "hash(offset, 4) & 127",
    "queue_veh": "hash(offset, 5) & 15",
    "latitude": "40.7 + (offset % 100) / 1000",
    "longitude": "-74.0 + (offset % 100) / 1000",
    "interval_s": "180",
    "local_date": "to_date(measured_at)",
    "local_hour": "hour(measured_at)",
    "content": "xxhash64(offset)",
}


class Given(arterial_stream.Stream):
    def judge(self, batch):
        made = batch.withColumn("late", f.expr(f"offset % 100 = 7 AND substr('{KINDS}', offset div {rows} + 1, 1) = 'l'"))
        made = made.withColumn("measured_at", f.expr(VALUES["measured_at"]))
        cells = [f.expr(VALUES.get(c["name"], "NULL")).cast(c["type"]).alias(c["name"]) for c in told["silver"]["columns"]]
        refused = f"CAST(NULL AS struct<{arterial_stream.ddl(told['quarantine']['columns'])}>) AS refused"
        return made.select("topic", "partition", "offset", f.lit(0).alias("record"), f.struct(*cells).alias("row"), f.expr(refused))


def used():
    with open(f"/proc/{java}/stat") as file:
        return sum(map(int, file.read().rsplit(") ", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")


stream = Given(told, Namespace(base=BASE))
stream.make_tables(spark)
message = ["'t' AS topic", "0 AS partition", "id AS offset", "current_timestamp() AS timestamp", "CAST(repeat('x', 300) AS binary) AS value"]
for number, kind in enumerate(KINDS):
    batch = spark.range(number * rows, (number + 1) * rows, 1, 2).selectExpr(*message)
    began, before = time.monotonic(), used()
    stream.load(batch, number)
    print(json.dumps({"batch": number + 1, "kind": kind, "cpu": used() - before, "wall": time.monotonic() - began}), flush=True)
# Equal where two jobs made the same of them.
for path in [stream.silver, *[path for _, path in stream.gold]]:
    table = spark.read.format("delta").load(path).drop("arrived_at")
    table = table.select(*sorted(table.columns))
    print(json.dumps({"table": path.removeprefix(BASE), "files": len(table.inputFiles()), "sum": str(table.selectExpr("sum(CAST(xxhash64(*) AS decimal(38))) + count(*)").first()[0])}))
spark.stop()
