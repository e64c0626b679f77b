"""The same medallion as one writes it by hand in PySpark: readings from a topic to bronze, silver, quarantine and gold as Delta tables.

It parses with from_json, judges by conditions in SQL, keeps each reading once by MERGE and makes the touched hours of gold anew. It has
no register, no city clock, no conflicts, one reason for a refused line, and one reading a message.
"""

import argparse

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

WIRE = """sensor_id string, intersection_id string, timestamp timestamp, vehicle_count int, average_speed double, occupancy_rate double,
 vehicle_types struct<car: int, truck: int, motorcycle: int, bus: int>, wait_time_seconds double, queue_length int,
 signal_state string, latitude double, longitude double, district string"""

VALID = """length(r.sensor_id) BETWEEN 1 AND 128 AND r.timestamp >= '2000-01-01' AND r.timestamp <= arrived_at + INTERVAL 300 SECONDS
 AND coalesce(r.vehicle_count BETWEEN 0 AND 100000, true) AND coalesce(r.average_speed BETWEEN 0 AND 150, true)
 AND coalesce(r.occupancy_rate BETWEEN 0 AND 1, true) AND coalesce(r.wait_time_seconds BETWEEN 0 AND 86400, true)
 AND coalesce(r.queue_length BETWEEN 0 AND 10000, true) AND coalesce(r.latitude BETWEEN -90 AND 90, true)
 AND coalesce(r.longitude BETWEEN -180 AND 180, true) AND coalesce(lower(r.signal_state) IN ('red', 'yellow', 'green'), true)"""

SILVER = """topic, partition, offset, r.sensor_id, coalesce(r.intersection_id, r.sensor_id) AS intersection_id,
 coalesce(r.district, 'unassigned') AS district, r.timestamp AS measured_at, arrived_at, r.vehicle_count AS vehicles,
 CAST(r.average_speed * 1.609344 AS decimal(9,3)) AS speed_kmh, CAST(r.occupancy_rate AS decimal(9,6)) AS occupancy,
 r.vehicle_types.car AS vehicles_car, r.vehicle_types.truck AS vehicles_truck, r.vehicle_types.motorcycle AS vehicles_motorcycle,
 r.vehicle_types.bus AS vehicles_bus, CAST(r.wait_time_seconds AS decimal(9,3)) AS wait_s, r.queue_length AS queue_veh,
 lower(r.signal_state) AS signal_state, r.latitude, r.longitude, to_date(r.timestamp) AS utc_date"""

MEASURES = """count(*) AS readings, count(DISTINCT sensor_id) AS sensors, sum(vehicles) AS vehicles,
 sum(speed_kmh * coalesce(vehicles, 1)) / sum(IF(speed_kmh IS NULL, 0, coalesce(vehicles, 1))) AS mean_speed_kmh,
 sum(IF(speed_kmh IS NULL, 0, coalesce(vehicles, 1))) / sum(coalesce(vehicles, 1) / greatest(speed_kmh, 1)) AS space_mean_speed_kmh,
 avg(occupancy) AS mean_occupancy, max(occupancy) AS max_occupancy, avg(wait_s) AS mean_wait_s, max(queue_veh) AS max_queue_veh,
 sum(vehicles_car) AS vehicles_car, sum(vehicles_truck) AS vehicles_truck, sum(vehicles_motorcycle) AS vehicles_motorcycle,
 sum(vehicles_bus) AS vehicles_bus"""

# Name, length of the window in seconds, and its other keys.
GOLD = [
    ("intersection_metrics", 300, ["intersection_id", "district"]),
    ("district_analytics", 900, ["district"]),
    ("hourly_summary", 3600, ["district"]),
]


def append(rows, path, once):
    rows.write.format("delta").mode("append").partitionBy("utc_date").options(**once).save(path)


def make(rows, path):
    """A table that is not there yet, with no rows of these."""
    rows.limit(0).write.format("delta").partitionBy("utc_date").mode("ignore").save(path)


def merge(spark, path, rows, same, then):
    rows.createOrReplaceTempView("new")
    spark.sql(f"MERGE INTO delta.`{path}` AS t USING new AS n ON {same} {then}")


def within(dates, of="t."):
    days = ", ".join(f"DATE'{day}'" for day in sorted(dates))
    return f"{of}utc_date IN ({days})"


def load(batch, number, base):
    spark = batch.sparkSession
    once = {"txnAppId": "plain", "txnVersion": number}
    bronze = batch.selectExpr("topic", "partition", "offset", "timestamp AS arrived_at", "value", "to_date(timestamp) AS utc_date")
    append(bronze, f"{base}/bronze/readings", once)
    parsed = bronze.withColumn("r", f.from_json(f.col("value").cast("string"), WIRE)).withColumn("ok", f.expr(f"coalesce({VALID}, false)"))
    parsed = parsed.persist()
    try:
        refused = parsed.where("NOT ok").selectExpr("topic", "partition", "offset", "arrived_at", "CAST(value AS string) AS line", "utc_date")
        append(refused, f"{base}/quarantine/readings", once)
        rows = parsed.where("ok").selectExpr(*columns(SILVER))
        dates = [row[0] for row in rows.select("utc_date").distinct().collect()]
        if not dates:
            return
        first = rows.dropDuplicates(["sensor_id", "measured_at"])
        same = "t.utc_date = n.utc_date AND t.sensor_id = n.sensor_id AND t.measured_at = n.measured_at"
        merge(spark, f"{base}/silver/readings", first, f"{within(dates)} AND {same}", "WHEN NOT MATCHED THEN INSERT *")
        hour = f.date_trunc("HOUR", "measured_at")
        silver = spark.read.format("delta").load(f"{base}/silver/readings").where(within(dates, "")).withColumn("hour", hour)
        whole = silver.join(f.broadcast(rows.select(hour.alias("hour")).distinct()), "hour").persist()
        for name, seconds, keys in GOLD:
            window = f.timestamp_seconds(f.floor(f.unix_seconds("measured_at") / seconds) * seconds).alias("window_start")
            made = whole.groupBy(window, *keys).agg(*[f.expr(one) for one in columns(MEASURES)])
            made = made.withColumn("utc_date", f.to_date("window_start"))
            make(made, f"{base}/gold/{name}")
            same = " AND ".join(f"t.{key} <=> n.{key}" for key in ["window_start", *keys])
            then = "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
            merge(spark, f"{base}/gold/{name}", made, f"{within(dates)} AND {same}", then)
        whole.unpersist()
    finally:
        parsed.unpersist()


def columns(text):
    """Expressions at the commas that stand in no brackets."""
    found, depth = [""], 0
    for sign in text.replace("\n", " "):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return [one.strip() for one in found]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ["brokers", "topic", "base", "checkpoints"]:
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--batch", default=500_000, type=int)
    args = parser.parse_args()
    spark = SparkSession.builder.appName("plain").getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    empty = spark.createDataFrame([], f"topic string, partition int, offset bigint, arrived_at timestamp, value binary, utc_date date, r struct<{WIRE}>")
    make(empty.selectExpr(*columns(SILVER)), f"{args.base}/silver/readings")
    reader = spark.readStream.format("kafka").option("kafka.bootstrap.servers", args.brokers).option("subscribe", args.topic)
    reader = reader.option("startingOffsets", "earliest").option("maxOffsetsPerTrigger", args.batch)
    writer = reader.load().writeStream.option("checkpointLocation", args.checkpoints).trigger(availableNow=True)
    writer.foreachBatch(lambda batch, number: load(batch, number, args.base)).start().awaitTermination()


if __name__ == "__main__":
    main()
