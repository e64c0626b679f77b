"""Tends the tables that arterial_stream.py writes: one step a call, for a day (UTC).

Each step may be repeated. What differs ends the call with a line for each table, so that whoever runs it sees why.
"""

import argparse
import datetime
import json
import time
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

LOOK_S = 30
# Sums of numbers with a point may be made in another order.
NEAR = 1e-9


class Tables:
    """The tables of one stream."""

    def __init__(self, told, base):
        self.told = told
        self.bronze = f"{base}/bronze/{told['stream']}"
        self.silver = f"{base}/silver/{told['silver']['table']}"
        self.gold = [(table, f"{base}/gold/{table['name']}") for table in told["gold"]]
        self.daily = [self.bronze, self.silver, f"{base}/quarantine/{told['stream']}", *[path for _, path in self.gold]]
        self.all = [*self.daily, f"{base}/conflicts/{told['stream']}"]


def publish(spark, streams, args):
    """Waits until a reading that arrived after the day is in bronze: what arrived before it was written before it, or with it."""
    end = datetime.date.fromisoformat(args.day) + datetime.timedelta(days=1)
    bronze = next((one.bronze for one in streams if one.told["stream"] == "readings"), streams[0].bronze)
    while spark.sql(f"SELECT 1 FROM delta.`{bronze}` WHERE arrived_at >= TIMESTAMP'{end} 00:00:00' LIMIT 1").isEmpty():
        time.sleep(LOOK_S)
    return f"{bronze} has what arrived on {args.day}"


def optimise(spark, streams, args):
    removed = 0
    for one in streams:
        for path in one.all:
            where = f"WHERE utc_date = DATE'{args.day}'" if path in one.daily else ""
            removed += spark.sql(f"OPTIMIZE delta.`{path}` {where}").collect()[0]["metrics"]["numFilesRemoved"]
    return f"{removed} files were put together"


def vacuum(spark, streams, args):
    for one in streams:
        for path in one.all:
            spark.sql(f"VACUUM delta.`{path}`")
    return "files are gone that no version of the last 7 days has"


def verify(spark, streams, args):
    """Each key once in silver, and gold as its statement says of silver."""
    wrong = []
    rows = 0
    for one in streams:
        day = f.col("utc_date") == f.lit(args.day).cast("date")
        silver = spark.read.format("delta").load(one.silver).where(day)
        rows += silver.count()
        doubled = silver.groupBy(*one.told["key"]).count().where("count > 1").count()
        if doubled:
            wrong.append(f"{one.silver}: {doubled} keys stand there more than once")
        for table, path in one.gold:
            silver.createOrReplaceTempView("silver_rows")
            differing = differences(spark.sql(table["sql"]), spark.read.format("delta").load(path).where(day), table["key"])
            if differing:
                wrong.append(f"{path}: {differing} rows of {args.day} are not what silver says")
    if wrong:
        raise SystemExit("\n".join(wrong))
    return f"{rows} rows of silver, each once, and gold as they say"


def differences(made, kept, key):
    """How many rows stand only on one side, or differ."""
    here, there = made.alias("here"), kept.alias("there")
    pairs = here.join(there, [f.col(f"here.{name}").eqNullSafe(f.col(f"there.{name}")) for name in key], "full_outer")
    same = f.lit(True)
    for name, kind in made.dtypes:
        ours, theirs = f.col(f"here.{name}"), f.col(f"there.{name}")
        equal = ours.eqNullSafe(theirs)
        if kind in ("double", "float"):
            equal = equal | (f.abs(ours - theirs) <= NEAR * f.greatest(f.abs(ours), f.abs(theirs)))
        same = same & f.coalesce(equal, f.lit(False))
    return pairs.where(~same).count()


def retention(spark, streams, args):
    if not args.keep_days:
        return "everything is kept"
    first = datetime.date.fromisoformat(args.day) - datetime.timedelta(days=int(args.keep_days))
    for one in streams:
        for path in one.daily:
            spark.sql(f"DELETE FROM delta.`{path}` WHERE utc_date < DATE'{first}'")
    return f"days before {first} are gone; VACUUM takes their files away a week later"


STEPS = {step.__name__: step for step in (publish, optimise, vacuum, verify, retention)}


def day(text):
    return datetime.date.fromisoformat(text).isoformat()


def arguments(given=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--step", required=True, choices=STEPS)
    parser.add_argument("--streams", required=True, help="the folder that `arterial spark export` wrote")
    parser.add_argument("--base", required=True, help="where the tables are")
    parser.add_argument("--day", required=True, type=day, help="YYYY-MM-DD (UTC)")
    parser.add_argument("--keep-days", default="", help="days before the day that are kept; empty: all")
    return parser.parse_args(given)


def main(given=None):
    args = arguments(given)
    told = json.loads(Path(args.streams, "streams.json").read_text())
    if told["format"] != 1:
        raise SystemExit(f"{args.streams}/streams.json has the format {told['format']}; this reads 1.")
    spark = SparkSession.builder.appName("arterial upkeep").getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    streams = [Tables(one, args.base.rstrip("/")) for one in told["streams"] if one["topics"]]
    said = STEPS[args.step](spark, streams, args)
    print(f"{args.step}: {said}")
    return said


if __name__ == "__main__":
    main()
