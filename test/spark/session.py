"""A session of Spark with Delta that answers questions: one JSON object a line on stdin, one on stdout.

{"sql": "..."} answers {"rows": [...]} with instants and decimals as text; what Spark refuses is {"error": "..."}.
"""

import json
import os
import sys

from settings import session

FOLDER, JARS = sys.argv[1:3]
ANSWERS = os.dup(1)
# Spark's own words go elsewhere.
os.dup2(2, 1)

spark = session("open tables", FOLDER, JARS)


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
