"""Topics to bronze, silver, quarantine and gold as Delta tables, by the rules of Arterial: docs/spark.md.

What a record is stands in streams.json (`arterial spark export`); each line is judged by `arterial scan`, the same scanner that
Arterial loads with. Nothing of a stream is written here. Every step may be repeated: a batch that was cut off is done again.
"""

import argparse
import datetime
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
# Spans of time that a condition names.
SPANS = 50
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
            hours = [row[0] for row in rows.selectExpr(f"unix_seconds({self.told['time']}) div 3600").distinct().collect()]
            if hours:
                self.keep_first(spark, rows, hours)
                self.note_conflicts(spark, rows, hours, once)
                self.make_gold(spark, hours)
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

    def keep_first(self, spark, rows, hours):
        """The first arrival of a record is kept, whenever another one comes. Arrivals of one record have one time."""
        order = Window.partitionBy(*self.told["key"]).orderBy(*names(PLACE)[1:])
        first = rows.withColumn("nth", f.row_number().over(order)).where("nth = 1").drop("nth")
        same = " AND ".join([f"t.{name} = n.{name}" for name in ["utc_date", *self.told["key"]]])
        merge(spark, self.silver, first, f"{within(hours, self.told['time'])} AND {same}", "WHEN NOT MATCHED THEN INSERT *")

    def note_conflicts(self, spark, rows, hours, once):
        """Another arrival that says something else."""
        kept = self.silver_of(spark, hours).alias("t")
        content, key = self.told["content"], self.told["key"]
        same = " AND ".join([f"t.{name} = n.{name}" for name in key])
        found = rows.alias("n").join(kept, f.expr(f"{same} AND t.{content} <> n.{content}"))
        found = found.selectExpr(*[f"n.{name}" for name in [*names(PLACE), *[c["name"] for c in self.conflict_key()]]])
        append(found, self.conflicts, once)

    def make_gold(self, spark, hours):
        """The hours that the batch touched are made anew from all that silver has of them."""
        whole = self.silver_of(spark, hours).persist()
        try:
            for table, path in self.gold:
                whole.createOrReplaceTempView("silver_rows")
                made = spark.sql(table["sql"]).withColumn("utc_date", f.to_date("window_start"))
                made.limit(0).write.format("delta").partitionBy("utc_date").mode("ignore").save(path)
                same = " AND ".join([f"t.{name} <=> n.{name}" for name in table["key"]])
                then = "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
                merge(spark, path, made, f"{within(hours, 'window_start')} AND {same}", then)
        finally:
            whole.unpersist()

    def silver_of(self, spark, hours):
        return spark.read.format("delta").load(self.silver).alias("t").where(within(hours, self.told["time"]))


def names(columns):
    return [column.split()[0] for column in columns.split(", ")]


def within(hours, time):
    """Rows of t in these hours (since 1970 UTC), as a condition by which Delta leaves out days and files; of many, hours between too."""
    days = ", ".join(f"DATE'{day}'" for day in sorted({f"{instant(hour):%F}" for hour in hours}))
    spans = " OR ".join(f"t.{time} >= {literal(first)} AND t.{time} < {literal(end)}" for first, end in spans_of(hours))
    return f"t.utc_date IN ({days}) AND ({spans})"


def spans_of(hours, most=SPANS):
    """Spans [first, end) that hold the hours: what follows one another is one, and where there were more, the smallest gaps are closed."""
    hours = sorted(hours)
    gaps = [at for at in range(1, len(hours)) if hours[at] - hours[at - 1] > 1]
    cuts = sorted(sorted(gaps, key=lambda at: hours[at - 1] - hours[at])[: most - 1])
    return [(hours[first], hours[end - 1] + 1) for first, end in zip([0, *cuts], [*cuts, len(hours)])]


def instant(hour):
    return datetime.datetime.fromtimestamp(hour * 3600, datetime.timezone.utc)


def literal(hour):
    return f"TIMESTAMP'{instant(hour):%F %T}Z'"


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
