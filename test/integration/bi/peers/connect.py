"""What clickhouse-connect and its SQLAlchemy dialect (Superset's) see through the door for BI tools; prints one JSON object."""

import json
import sys

import clickhouse_connect
from sqlalchemy import MetaData, Table, create_engine, func, inspect, select

port, token = int(sys.argv[1]), sys.argv[2]
client = clickhouse_connect.get_client(host="127.0.0.1", port=port, username="any", password=token, database="bi")


def code(run):
    """The exception's code, as the driver tells it."""
    try:
        run()
        return None
    except Exception as error:  # the driver has many kinds
        return str(error).split("Code: ")[-1].split(".")[0]


district = "st. john's"
rows = client.query("SELECT * FROM hourly_summary ORDER BY window_start, district")
odd = client.query(
    "SELECT {t:String} AS t, {l:Array(Int32)} AS l, {w:Array(String)} AS w",
    parameters={"t": "a\tb\\c'd", "l": [1, -2], "w": ["it's", "b"]},
)
engine = create_engine(f"clickhousedb://any:{token}@127.0.0.1:{port}/bi")
schema = inspect(engine)
table = Table("hourly_summary", MetaData(schema="bi"), autoload_with=engine)
with engine.connect() as connection:
    grouped = connection.execute(
        select(table.c.district, func.sum(table.c.readings)).group_by(table.c.district).order_by(table.c.district)
    ).fetchall()

print(
    json.dumps(
        {
            "version": client.server_version,
            "columns": list(rows.column_names),
            "districts": sorted({row[rows.column_names.index("district")] for row in rows.result_rows}),
            "local": str(min(row[rows.column_names.index("window_start_local")] for row in rows.result_rows)),
            "one": client.query(
                "SELECT sum(readings) FROM hourly_summary WHERE district = {d:String}", parameters={"d": district}
            ).result_rows[0][0],
            "odd": [list(value) if isinstance(value, (list, tuple)) else value for value in odd.result_rows[0]],
            "all": len(client.query("SELECT * FROM readings").result_rows),
            "bounded": len(client.query("SELECT * FROM readings LIMIT 7", settings={"max_threads": 2}).result_rows),
            "csv": client.raw_query("SELECT 1 AS a", fmt="CSVWithNames").decode(),
            "create": code(lambda: client.command("CREATE TABLE bi.x (a Int8) ENGINE = Memory")),
            "insert": code(lambda: client.insert("readings", [["a"]], column_names=["sensor_id"], column_type_names=["String"])),
            "hidden": code(lambda: client.query("SELECT * FROM lake.rules")),
            "wrong_token": code(lambda: clickhouse_connect.get_client(host="127.0.0.1", port=port, password="no")),
            "schemas": schema.get_schema_names(),
            "tables": schema.get_table_names("bi"),
            "types": {column["name"]: str(column["type"]) for column in schema.get_columns("hourly_summary", "bi")},
            "has": [schema.has_table("weather"), schema.has_table("nothing")],
            "grouped": [list(row) for row in grouped],
        }
    )
)
