"""Compares what Arterial published with what Spark made, row by row: one JSON object a line for each pair of tables.

compare.py PAIRS, a JSON array of {"name", "arterial", "spark", "where"?, "renamed"?}.
"""

import json
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

# Where a record stands and when it arrived is each one's own.
OWN = {"position", "arrived_at", "utc_date", "utc_month", "file"}

spark = SparkSession.builder.appName("compare").getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")
spark.sparkContext.setLogLevel("ERROR")



def compare(pair):
    there = spark.read.format("delta").load(pair["arterial"]).where(pair.get("where", "true"))
    here = spark.read.format("delta").load(pair["spark"])
    for before, after in pair.get("renamed", {}).items():
        here = here.withColumnRenamed(before, after)
    types = {field.name: field.dataType for field in there.schema}
    common = [name for name in here.columns if name in types and name not in OWN]
    there = there.select(*common).persist()
    here = here.select(*[f.col(name).cast(types[name]).alias(name) for name in common]).persist()
    missing, added = there.exceptAll(here).persist(), here.exceptAll(there).persist()
    only = [missing.count(), added.count()]
    examples = missing.limit(2).toJSON().collect() + added.limit(2).toJSON().collect() if any(only) else []
    return {
        "name": pair["name"],
        "columns": len(common),
        "left_out": sorted(set(types) - set(common) - OWN),
        "arterial": there.count(),
        "spark": here.count(),
        "only_arterial": only[0],
        "only_spark": only[1],
        "examples": [json.loads(row) for row in examples],
    }


for pair in json.loads(sys.argv[1]):
    print(json.dumps(compare(pair)), flush=True)
    spark.catalog.clearCache()
spark.stop()
