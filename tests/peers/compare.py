# Compares every mart of a published snapshot with the same mart of another engine, cell by cell.
#
# compare.py CASE ENGINE SNAPSHOT MARTS: SNAPSHOT is the folder with `<mart>.parquet`; MARTS is a DuckDB file and schema
# (`file.duckdb:schema`), or a folder with a folder of Parquet files for each mart. Prints a line for each mart:
# case, engine, mart, rows, differences. Exits with 1 if there is any difference.

import sys
from pathlib import Path

import duckdb

SHOWN = 3


def other_side(connection: duckdb.DuckDBPyConnection, marts: str, mart: str) -> str:
    """The other engine's mart as a relation that can stand after FROM."""
    if Path(marts).is_dir():
        return f"read_parquet('{marts}/{mart}/*.parquet')"
    schema = marts.rsplit(":", 1)[1]
    return f"other.{schema}.{mart}"


def columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    """Name and type of every column, in order; names in lower case, since Snowflake writes them in upper case."""
    described = connection.execute(f"describe select * from {relation}").fetchall()
    return [(row[0].lower(), row[1]) for row in described]


def differences(connection: duckdb.DuckDBPyConnection, ours: str, theirs: str) -> tuple[int, list[str]]:
    """How many rows differ, and the first of them; columns that differ count as one."""
    our_columns, their_columns = columns(connection, ours), columns(connection, theirs)
    if our_columns != their_columns:
        return 1, [f"columns: ours {our_columns}", f"columns: theirs {their_columns}"]
    count, shown = 0, []
    for sign, left, right in (("only ours", ours, theirs), ("only theirs", theirs, ours)):
        rows = connection.execute(
            f"select * from (select * from {left} except all select * from {right}) order by all"
        ).fetchall()
        count += len(rows)
        shown += [f"{sign}: {row}" for row in rows[:SHOWN]]
    return count, shown


def main() -> int:
    case, engine, snapshot, marts = sys.argv[1:]
    connection = duckdb.connect()
    if not Path(marts).is_dir():
        connection.execute(f"attach '{marts.rsplit(':', 1)[0]}' as other (read_only)")
    files = sorted(Path(snapshot).glob("*.parquet"))
    if not files:
        print(f"compare: {snapshot} holds no marts", file=sys.stderr)
        return 1
    total = 0
    for file in files:
        ours, theirs = f"read_parquet('{file}')", other_side(connection, marts, file.stem)
        try:
            rows = connection.execute(f"select count(*) from {ours}").fetchone()[0]
            count, shown = differences(connection, ours, theirs)
        except duckdb.Error as error:
            rows, count, shown = 0, 1, [str(error).splitlines()[0]]
        total += count
        print(f"{case:<12} {engine:<22} {file.stem:<18} {rows:>8} {count:>12}")
        for line in shown:
            print(f"    {line}", file=sys.stderr)
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
