# Builds the dbt project in a folder on a local Spark, with every test, and writes the marts as Parquet.

import logging
import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

MARTS = "marts"


def session(work: Path) -> SparkSession:
    """A Spark of this process; dbt's `session` method finds and uses it."""
    builder = (
        SparkSession.builder.master("local[2]")
        .appName("tidemark")
        .config("spark.sql.warehouse.dir", str(work / "warehouse"))
        # The raw tables hold UTC instants without a zone: the models say themselves when they become days.
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.timestampType", "TIMESTAMP_NTZ")
        # Small tables, many statements: what costs time here is planning and starting tasks.
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "2")
        .config("spark.driver.memory", "2g")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "ERROR")
    )
    return builder.getOrCreate()


def load_raw(spark: SparkSession, project: Path) -> None:
    """Makes the landed files tables of the schema `raw`, where the project's sources look for them."""
    spark.sql("create schema if not exists raw")
    for file in sorted((project / "raw").glob("*.parquet")):
        spark.sql(f"create table raw.{file.stem} using parquet location '{file}'")


def main() -> int:
    project, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    profiles = Path(__file__).resolve().parent / "profiles"
    out.mkdir(parents=True, exist_ok=True)
    os.chdir(out)
    # Its errors reach dbt anyhow; here they would be pages of Java.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    spark = session(out)
    load_raw(spark, project)
    result = dbtRunner().invoke(
        ["build", "--quiet", "--target", "spark", "--project-dir", str(project), "--profiles-dir", str(profiles)]
        + ["--target-path", str(out / "target"), "--log-path", str(out / "logs"), *sys.argv[3:]]
    )
    if not result.success:
        return 1
    for model in sorted((project / MARTS).glob("*.sql")):
        table = spark.table(f"{MARTS}.{model.stem}")
        table.coalesce(1).write.mode("overwrite").parquet(str(out / "marts" / model.stem))
    return 0


if __name__ == "__main__":
    sys.exit(main())
