# Builds the dbt project in a folder with dbt-snowflake on fakesnow, every test too, into a DuckDB file.
#
# An emulation: fakesnow reads Snowflake's dialect and runs it on DuckDB. It proves that the dialect's own macros are
# understood and mean the same; it does not prove how Snowflake itself computes.

import logging
import os
import sys
import warnings
from pathlib import Path

import fakesnow
import pyarrow.parquet
import snowflake.connector
from dbt.cli.main import dbtRunner


def load_raw(cursor, project: Path) -> None:
    """Makes the landed files tables of the schema `raw`, with the upper-case names Snowflake gives what is not quoted."""
    for file in sorted((project / "raw").glob("*.parquet")):
        names = pyarrow.parquet.read_schema(file).names
        columns = ", ".join(f'"{name}" as "{name.upper()}"' for name in names)
        cursor.execute(f"create table raw.{file.stem} as select {columns} from read_parquet('{file}')")


def main() -> int:
    project, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    profiles = Path(__file__).resolve().parent / "profiles"
    out.mkdir(parents=True, exist_ok=True)
    os.chdir(out)
    # The emulator tells of each table that DuckDB has no transient ones.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="fakesnow")
    databases = out / "databases"
    databases.mkdir(exist_ok=True)
    with fakesnow.patch(create_database_on_connect=True, create_schema_on_connect=True, db_path=databases):
        cursor = snowflake.connector.connect(database="TIDEMARK", schema="RAW").cursor()
        load_raw(cursor, project)
        result = dbtRunner().invoke(
            ["build", "--quiet", "--target", "snowflake", "--project-dir", str(project), "--profiles-dir", str(profiles)]
            + ["--target-path", str(out / "target"), "--log-path", str(out / "logs"), *sys.argv[3:]]
        )
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main())
