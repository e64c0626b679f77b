#!/bin/sh
# Starts the job in its container: says what the streams are by the settings of now, then reads the topics. Arguments go to the job.
set -eu
config=${ARTERIAL_CONFIG:-/etc/arterial/arterial.yaml}
arterial="node --disable-warning=ExperimentalWarning /opt/arterial/src/app/cli/main.ts"
$arterial spark export --config "$config" --out /tmp/export
exec /opt/spark/bin/spark-submit --properties-file /opt/job/spark-defaults.conf /opt/job/arterial_stream.py \
  --streams /tmp/export --arterial "$arterial" --config "$config" "$@"
