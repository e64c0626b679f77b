#!/usr/bin/env bash
# submit.sh PYTHON SCRIPT ARGS…: spark-submit on this machine alone, and at the end `cpu <user> <system>` of all its processes in seconds.
python=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
home=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
export SPARK_HOME=$home PYSPARK_PYTHON=$python PYSPARK_DRIVER_PYTHON=$python
TIMEFORMAT='cpu %U %S'
time "$home/bin/spark-submit" --master 'local[2]' --driver-memory 1500m \
  --properties-file "$root/deploy/spark/spark-defaults.conf" \
  --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 \
  --conf spark.driver.extraClassPath="$SPARK_CLASSES" --conf spark.executor.extraClassPath="$SPARK_CLASSES" \
  --conf spark.sql.shuffle.partitions=2 --conf spark.databricks.delta.snapshotPartitions=2 \
  --conf spark.local.dir="$SPARK_FOLDER" --conf spark.sql.warehouse.dir="$SPARK_FOLDER/warehouse" \
  --conf spark.ui.enabled=false --conf spark.ui.showConsoleProgress=false "$@"
