# Measures a build of the marts from many raw rows, and its transform beside the same SQL on DuckDB, in one run.
#
#   marts.py TIDEMARK RAW WORK AS_OF TRANSFORM...   TRANSFORM: the command of server/benches/transform.rs
#
# Prints a table; figures of one run are comparable with each other, not with another machine's.

import json
import os
import resource
import subprocess
import sys
import time

import duckdb

ROUNDS = 2


def peak():
    """This process's greatest memory so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def on_duckdb(raw, sql_file):
    """Runs the models on DuckDB, as many threads as there are cores, and prints what Tidemark's side prints."""
    project = json.load(open(sql_file, encoding="utf-8"))
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    for name in sorted(os.listdir(raw)):
        table = name.removesuffix(".parquet")
        con.execute(f"create table {table} as select * from read_parquet('{raw}/{name}')")
    for seed in project["seeds"]:
        path = os.path.join(os.path.dirname(sql_file), seed["name"] + ".csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write(seed["csv"])
        con.execute(f"create table {seed['name']} as select * from read_csv('{path}', header = true)")
    models = []
    started = time.perf_counter()
    for model in project["models"]:
        begun = time.perf_counter()
        con.execute(f"create table {model['name']} as {model['sql']}")
        seconds = time.perf_counter() - begun
        rows = con.execute(f"select count(*) from {model['name']}").fetchone()[0]
        models.append({"name": model["name"], "rows": rows, "seconds": seconds})
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "peak_bytes": peak(), "models": models}))


def measured(command):
    """Runs a command that prints JSON last; gives it with the command's wall time and greatest memory."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"bench: failed: {' '.join(command)}\n{out}")
    result = json.loads(out.strip().splitlines()[-1])
    result.update(wall=time.perf_counter() - started, peak=usage.ru_maxrss * 1024)
    return result


def main(tidemark, raw, work, as_of, *transform):
    gb = 1e9
    build = measured([tidemark, "build", "--json", "--raw", raw, "--data", f"{work}/data", "--as-of", as_of])
    warehouse = f"{work}/warehouse"
    measured([tidemark, "warehouse", "--json", "--raw", raw, "--out", warehouse, "--as-of", as_of])
    tables, sql = f"{warehouse}/raw", f"{work}/models.json"
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(measured([*transform, tables, as_of, sql]))
        theirs.append(measured([sys.executable, __file__, "duckdb", tables, sql]))
    raw_rows = ours[0]["raw_rows"]

    print(f"\n{raw_rows:,} raw rows ({build['records']:,} records), {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, DuckDB {duckdb.__version__}\n")
    print(f"whole build   {build['wall']:8.1f} s   {build['peak'] / gb:6.2f} GB   (aim: 300 s, 8 GB)")
    for stage, seconds in sorted(build["seconds"].items(), key=lambda item: -item[1]):
        print(f"  {stage:<11} {seconds:8.1f} s   {raw_rows / seconds:12,.0f} rows/s")
    best = min(ours, key=lambda run: run["seconds"])
    peer = min(theirs, key=lambda run: run["seconds"])
    print("\ntransform alone, raw tables in memory, each run in turn (best of them compared)")
    for name, runs in (("Tidemark", ours), ("DuckDB", theirs)):
        for run in runs:
            print(f"  {name:<11} {run['seconds']:8.1f} s   {run['peak_bytes'] / gb:6.2f} GB   {raw_rows / run['seconds']:12,.0f} rows/s")
    print(f"  ratio       {best['seconds'] / peer['seconds']:8.2f}     {best['peak_bytes'] / peer['peak_bytes']:6.2f}      (aim: 1.00 at most and 0.50 in time, 1.50 at most in memory)")
    print("\nwhere the time goes: the ten longest models, seconds")
    beside = {model["name"]: model for model in peer["models"]}
    for model in sorted(best["models"], key=lambda model: -model["seconds"])[:10]:
        print(f"  {model['name']:<34} {model['rows']:>10,} rows   {model['seconds']:7.2f}   DuckDB {beside[model['name']]['seconds']:7.2f}")
    differing = [name for name, model in beside.items() if model["rows"] != next(m["rows"] for m in best["models"] if m["name"] == name)]
    if differing:
        sys.exit(f"bench: not the same rows in {', '.join(differing)}: the figures compare different work")


if sys.argv[1] == "duckdb":
    on_duckdb(*sys.argv[2:])
else:
    main(*sys.argv[1:])
