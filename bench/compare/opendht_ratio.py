"""Prints the medians of both sides of bench/compare/opendht, and their ratio.

usage: opendht_ratio.py DIRECTORY TURNS
"""

import json
import statistics
import sys


def read(directory, name, turn):
    with open(f"{directory}/{name}-{turn}.json", encoding="utf-8") as file:
        return json.load(file)


def main():
    directory, turns = sys.argv[1], int(sys.argv[2])
    ours = [read(directory, "carillon", i)["results"] for i in range(1, turns + 1)]
    theirs = [read(directory, "opendht", i) for i in range(1, turns + 1)]
    print(f"{'medians of ' + str(turns) + ' turns':26}"
          f"{'OpenDHT':>12}{'Carillon':>12}{'ratio':>9}")
    for key, title in (("put_cpu_us", "put, CPU (us)"),
                       ("get_cpu_us", "get, CPU (us)"),
                       ("put_per_s", "put, each second"),
                       ("get_per_s", "get, each second")):
        ratios = [b[key] / a[key] for a, b in zip(theirs, ours)]
        print(f"{title:26}"
              f"{statistics.median(a[key] for a in theirs):12.1f}"
              f"{statistics.median(b[key] for b in ours):12.1f}"
              f"{statistics.median(ratios):9.3f}")
    failed = sum(a["failed"] for a in theirs), sum(b["failed"] for b in ours)
    print(f"{'failed':26}{failed[0]:12}{failed[1]:12}")


main()
