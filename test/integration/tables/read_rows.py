"""Prints the rows of Delta tables as others read them.

read_rows.py READER BASE [OPTIONS as JSON], and on stdin a JSON list of [path, order columns]. READER is delta-rs or duckdb.
"""

import glob
import json
import os
import sys
from datetime import date, datetime, timezone
from decimal import Decimal

import pyarrow as pa

reader, base = sys.argv[1:3]
options = json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}


def by_delta_rs(path):
    from deltalake import DeltaTable

    return pa.table(DeltaTable(path, storage_options=options).to_pyarrow_table())


def by_duckdb(path):
    import duckdb
    import duckdb_ext

    # The extension as PyPI's package brings it: nothing is downloaded.
    (extension,) = glob.glob(f"{list(duckdb_ext.__path__)[0]}/extensions/v{duckdb.__version__}/*/delta.duckdb_extension")
    connection = duckdb.connect()
    connection.load_extension(extension)
    return connection.sql(f"SELECT * FROM delta_scan('{path}')").fetch_arrow_table()


def plain(value):
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(timezone.utc)
        return value.strftime("%Y-%m-%d %H:%M:%S.%f").rstrip("0").rstrip(".")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def rows_of(path, order):
    rows = (by_duckdb if reader == "duckdb" else by_delta_rs)(path).to_pylist()
    rows.sort(key=lambda row: tuple(str(row[name]).zfill(24) for name in order))
    return [{name: plain(value) for name, value in row.items()} for row in rows]


print(json.dumps([rows_of(f"{base}/{path}", order) for path, order in json.load(sys.stdin)]))
sys.stdout.flush()
# Threads of the readers' own may still run; leaving in order then ends in a crash now and then.
os._exit(0)
