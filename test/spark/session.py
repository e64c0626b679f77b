"""A session of Spark with Delta that answers questions: one JSON object a line on stdin, one on stdout.

{"sql": "..."} answers {"rows": [...]} with instants and decimals as text; what Spark refuses is {"error": "..."}.
"""

import json
import os
import sys

from pyspark.sql import SparkSession

FOLDER, JARS = sys.argv[1:3]
ANSWERS = os.dup(1)
# Spark's own words go elsewhere.
os.dup2(2, 1)

settings = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraClassPath": JARS,
    "spark.executor.extraClassPath": JARS,
    "spark.driver.memory": "1g",
    # It ends too soon for Java to compile well.
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
    "spark.local.dir": FOLDER,
    "spark.sql.warehouse.dir": f"{FOLDER}/warehouse",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.databricks.delta.snapshotPartitions": "2",
    # Else VACUUM makes ten thousand tasks of each table.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
builder = SparkSession.builder.master("local[2]").appName("open tables")
for name, value in settings.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("ERROR")


def answer(question):
    try:
        return {"rows": [json.loads(row) for row in spark.sql(question["sql"]).toJSON().collect()]}
    except Exception as error:
        return {"error": str(error)}


def say(words):
    os.write(ANSWERS, (json.dumps(words) + "\n").encode())


say({"version": spark.version})
for line in sys.stdin:
    say(answer(json.loads(line)))
spark.stop()
