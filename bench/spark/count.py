"""count.py BASE…: the rows of silver and of the tables of gold below each folder, as JSON."""

import json
import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("count").getOrCreate()
tables = ["silver/readings", "gold/intersection_metrics", "gold/district_analytics", "gold/hourly_summary"]
rows = [[spark.read.format("delta").load(f"{base}/{table}").count() for table in tables] for base in sys.argv[1:]]
print(json.dumps(rows))
spark.stop()
