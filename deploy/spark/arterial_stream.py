"""Topics to bronze, silver, quarantine and gold as Delta tables, by the rules of Arterial: docs/spark.md.

What a record is stands in streams.json (`arterial spark export`); each line is judged by `arterial scan`, the same scanner that
Arterial loads with. Nothing of a stream is written here. Every step may be repeated: a batch that was cut off is done again.
"""

import argparse
import json
import shlex
import subprocess
import tempfile
import threading
from pathlib import Path

import pyarrow
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as f

PLACE = "topic string, partition int, offset bigint, record int"
# Lines that go between the processes at once.
AT_ONCE = 5_000
TYPES = {"integer": "int", "long": "bigint"}


def ddl(columns, comments=False):
    """Columns of streams.json as Spark's DDL."""

    def one(name, type, comment=""):
        said = comment.replace("\\", "\\\\").replace("'", "\\'")
        return f"`{name}` {TYPES.get(type, type)}" + (f" COMMENT '{said}'" if comments and said else "")

    return ", ".join(one(**column) for column in columns)


def scanner(command):
    """Hands messages to a process of `arterial scan` and brings back what it says of each of their records, a line each."""

    def scan(batches):
        with tempfile.TemporaryFile() as said, subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said
        ) as process:

            def send():
                try:
                    with process.stdin as pipe:
                        for batch in batches:
                            lines = batch.column(0).to_pylist()
                            pipe.write("".join(f"{line}\n" for line in lines).encode())
                except BrokenPipeError:
                    pass  # It ended; its exit code and words say why.

            sender = threading.Thread(target=send, daemon=True)
            sender.start()
            lines = []
            for line in process.stdout:
                lines.append(line.decode())
                if len(lines) == AT_ONCE:
                    yield pyarrow.RecordBatch.from_arrays([pyarrow.array(lines)], ["said"])
                    lines = []
            if lines:
                yield pyarrow.RecordBatch.from_arrays([pyarrow.array(lines)], ["said"])
            sender.join()
            if process.wait() != 0:
                said.seek(0)
                raise RuntimeError(f"{shlex.join(command)} ended with {process.returncode}: {said.read().decode()}")

    return scan


class Stream:
    """One kind of record on its way."""

    def __init__(self, told, args):
        self.told = told
        self.name = told["stream"]
        self.args = args
        self.columns = [c["name"] for c in told["silver"]["columns"]]
        base = args.base.rstrip("/")
        self.bronze = f"{base}/bronze/{self.name}"
        self.silver = f"{base}/silver/{told['silver']['table']}"
        self.conflicts = f"{base}/conflicts/{self.name}"
        self.quarantine = f"{base}/quarantine/{self.name}"
        self.gold = [(table, f"{base}/gold/{table['name']}") for table in told["gold"]]

    def start(self, spark):
        self.make_tables(spark)
        reader = (
            spark.readStream.format("kafka")
            .option("kafka.bootstrap.servers", self.args.brokers)
            .option("subscribe", ",".join(self.told["topics"]))
            .option("startingOffsets", "earliest")
            .option("failOnDataLoss", str(not self.args.accept_loss).lower())
            .option("maxOffsetsPerTrigger", self.args.batch)
        )
        for name, value in self.args.kafka:
            reader = reader.option(f"kafka.{name}", value)
        writer = (
            reader.load()
            .writeStream.queryName(self.name)
            .option("checkpointLocation", f"{self.args.checkpoints.rstrip('/')}/{self.name}")
            .foreachBatch(self.load)
        )
        trigger = {"availableNow": True} if self.args.once else {"processingTime": self.args.every}
        return writer.trigger(**trigger).start()

    def make_tables(self, spark):
        silver, quarantine = (self.told[part]["columns"] for part in ("silver", "quarantine"))
        bronze = "topic string, partition int, offset bigint, arrived_at timestamp, value binary"
        make(spark, self.bronze, f"{bronze}, utc_date date", "utc_date")
        make(spark, self.silver, f"{PLACE}, {ddl(silver, comments=True)}, utc_date date", "utc_date")
        make(spark, self.conflicts, f"{PLACE}, {ddl(self.conflict_key())}")
        make(spark, self.quarantine, f"{PLACE}, {ddl(quarantine)}, utc_date date", "utc_date")

    def conflict_key(self):
        wanted = [*self.told["key"], self.told["time"]]
        return [column for column in self.told["silver"]["columns"] if column["name"] in wanted]

    def load(self, batch: DataFrame, number: int):
        """Puts a batch into every table. Done again, it changes nothing: appends know their batch, merges their keys."""
        spark = batch.sparkSession
        query = spark.sparkContext.getLocalProperty("sql.streaming.queryId")
        once = {"txnAppId": f"{query}", "txnVersion": number}
        messages = batch.selectExpr("topic", "partition", "offset", "timestamp AS arrived_at", "value")
        append(messages.withColumn("utc_date", f.to_date("arrived_at")), self.bronze, once)
        judged = self.judge(batch).persist()
        try:
            refused = judged.where("refused IS NOT NULL").select(*names(PLACE), "refused.*")
            append(refused.withColumn("utc_date", f.to_date("arrived_at")), self.quarantine, once)
            rows = judged.where("row IS NOT NULL").select(*names(PLACE), "row.*")
            rows = rows.withColumn("utc_date", f.to_date(self.told["time"]))
            dates = [row[0] for row in rows.select("utc_date").distinct().collect()]
            if dates:
                self.keep_first(spark, rows, dates)
                self.note_conflicts(spark, rows, dates)
                self.make_gold(spark, rows, dates)
        finally:
            judged.unpersist()

    def judge(self, batch):
        message = "to_json(struct(partition, offset, unix_millis(timestamp) AS at, base64(value) AS value)) AS message"
        row, refused = (ddl(self.told[part]["columns"]) for part in ("silver", "quarantine"))
        kind = f"partition int, offset bigint, record int, row struct<{row}>, refused struct<{refused}>"
        judged = None
        for topic in self.told["topics"]:
            command = [*self.args.arterial, "--stream", self.name, "--messages", "--topic", topic]
            if self.name == "readings":
                command += self.args.sensors
            said = batch.where(f.col("topic") == topic).selectExpr(message).mapInArrow(scanner(command), "said string")
            one = said.select(f.lit(topic).alias("topic"), f.from_json("said", kind, {"mode": "FAILFAST"}).alias("said"))
            one = one.select("topic", "said.*")
            judged = one if judged is None else judged.unionByName(one)
        return judged

    def keep_first(self, spark, rows, dates):
        """The first arrival of a record is kept, whenever another one comes."""
        order = Window.partitionBy(*self.told["key"]).orderBy(*names(PLACE)[1:])
        first = rows.withColumn("nth", f.row_number().over(order)).where("nth = 1").drop("nth")
        same = " AND ".join([f"t.{name} = n.{name}" for name in ["utc_date", *self.told["key"]]])
        merge(spark, self.silver, first, f"{within(dates)} AND {same}", "WHEN NOT MATCHED THEN INSERT *")

    def note_conflicts(self, spark, rows, dates):
        """Another arrival that says something else."""
        kept = spark.read.format("delta").load(self.silver).where(within(dates, "")).alias("t")
        content, key = self.told["content"], self.told["key"]
        same = " AND ".join([f"t.{name} = n.{name}" for name in key])
        found = rows.alias("n").join(kept, f.expr(f"{same} AND t.{content} <> n.{content}"))
        found = found.selectExpr(*[f"n.{name}" for name in [*names(PLACE), *[c["name"] for c in self.conflict_key()]]])
        place = " AND ".join([f"t.{name} = n.{name}" for name in names(PLACE)])
        merge(spark, self.conflicts, found, place, "WHEN NOT MATCHED THEN INSERT *")

    def make_gold(self, spark, rows, dates):
        """The hours that the batch touched are made anew from all that silver has of them."""
        hour = f.date_trunc("HOUR", self.told["time"])
        hours = rows.select(hour.alias("hour")).distinct()
        silver = spark.read.format("delta").load(self.silver).where(within(dates, "")).withColumn("hour", hour)
        whole = silver.join(f.broadcast(hours), "hour").drop("hour").persist()
        try:
            for table, path in self.gold:
                whole.createOrReplaceTempView("silver_rows")
                made = spark.sql(table["sql"]).withColumn("utc_date", f.to_date("window_start"))
                made.limit(0).write.format("delta").partitionBy("utc_date").mode("ignore").save(path)
                same = " AND ".join([f"t.{name} <=> n.{name}" for name in table["key"]])
                merge(spark, path, made, f"{within(dates)} AND {same}", "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *")
        finally:
            whole.unpersist()


def names(columns):
    return [column.split()[0] for column in columns.split(", ")]


def within(dates, of="t."):
    """Days, as a condition by which files are left out."""
    days = ", ".join(f"DATE'{day}'" for day in sorted(dates))
    return f"{of}utc_date IN ({days})"


def append(rows, path, once):
    rows.write.format("delta").mode("append").options(**once).save(path)


def merge(spark, path, rows, same, then):
    rows.createOrReplaceTempView("arterial_new")
    spark.sql(f"MERGE INTO delta.`{path}` AS t USING arterial_new AS n ON {same} {then}")


def make(spark, path, columns, partition=None):
    """Makes a table that is not there yet."""
    cut = f"PARTITIONED BY ({partition})" if partition else ""
    spark.sql(f"CREATE TABLE IF NOT EXISTS delta.`{path}` ({columns}) USING delta {cut}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--streams", required=True, help="the folder that `arterial spark export` wrote")
    parser.add_argument("--brokers", required=True, help="host:port, more by commas")
    parser.add_argument("--base", required=True, help="where the tables go: a folder, abfss://… or s3a://…")
    parser.add_argument("--checkpoints", required=True, help="where the job keeps how far it is; never shared between jobs")
    parser.add_argument("--arterial", default="arterial", type=shlex.split, help="the command, on every worker")
    parser.add_argument("--sensors", help="the register as a file on every worker: CSV or GeoJSON")
    parser.add_argument("--kafka", action="append", default=[], type=lambda text: text.split("=", 1), metavar="NAME=VALUE",
                        help="an option of the Kafka client, e.g. security.protocol=SASL_SSL")
    parser.add_argument("--kafka-file", help="a file with one such option a line, for secrets")
    parser.add_argument("--config", help="arterial.yaml on every worker: zone, limits, mappings of topics")
    parser.add_argument("--batch", default=500_000, type=int, help="messages of a stream that are taken at once")
    parser.add_argument("--every", default="30 seconds", help="how often a batch begins")
    parser.add_argument("--once", action="store_true", help="read what there is, and end")
    parser.add_argument("--accept-loss", action="store_true", help="go on where the broker dropped messages unread")
    args = parser.parse_args()
    args.arterial = [*args.arterial, "scan", *(["--config", args.config] if args.config else [])]
    args.sensors = ["--sensors", args.sensors] if args.sensors else []
    if args.kafka_file:
        lines = Path(args.kafka_file).read_text().splitlines()
        args.kafka += [line.split("=", 1) for line in lines if line.strip() and not line.startswith("#")]
    return args


def main():
    args = arguments()
    told = json.loads(Path(args.streams, "streams.json").read_text())
    if told["format"] != 1:
        raise SystemExit(f"{args.streams}/streams.json has the format {told['format']}; this job reads 1.")
    spark = SparkSession.builder.appName("arterial").getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    streams = [Stream(one, args) for one in told["streams"] if one["topics"]]
    if not streams:
        raise SystemExit("No stream has a topic: name them in kafka.feeds of arterial.yaml and export again.")
    queries = [stream.start(spark) for stream in streams]
    if not args.once:
        # One that fails ends the job, so that whoever runs it begins it anew.
        spark.streams.awaitAnyTermination()
    for query in queries:
        query.awaitTermination()


if __name__ == "__main__":
    main()
