"""Prints the medians of both sides of bench/compare/kamailio, and their ratio.

usage: kamailio_ratio.py DIRECTORY TURNS
"""

import csv
import statistics
import sys

SERVERS = ("kamailio", "carillon")
TITLES = {"register": "REGISTER, CPU (us)",
          "first-call": "first INVITE to 302, CPU (us)",
          "call": "INVITE to 302, CPU (us)",
          "rest": "at rest, CPU (us a second)"}


def read_cpu(name):
    """Microseconds."""
    with open(f"{name}.cpu", encoding="utf-8") as file:
        return int(file.read()) / 1000


def read_phones(name):
    """What SIPp counted: the last line of its statistics."""
    with open(f"{name}.csv", encoding="utf-8", newline="") as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    return {key: int(last[column])
            for key, column in (("made", "TotalCallCreated"),
                                ("failed", "FailedCall(C)"),
                                ("sent again", "Retransmissions(C)"))}


def main():
    directory, turns = sys.argv[1], int(sys.argv[2])
    counted = {key: dict.fromkeys(SERVERS, 0) for key in ("failed", "sent again")}
    print(f"{'medians of ' + str(turns) + ' turns':30}"
          f"{'Kamailio':>12}{'Carillon':>12}{'ratio':>9}")
    for what, title in TITLES.items():
        cpu = {server: [] for server in SERVERS}
        for server in SERVERS:
            for turn in range(1, turns + 1):
                name = f"{directory}/{server}-{what}-{turn}"
                used = read_cpu(name)
                if what != "rest":
                    phones = read_phones(name)
                    used /= phones["made"]
                    for key, by_server in counted.items():
                        by_server[server] += phones[key]
                cpu[server].append(used)
        theirs, ours = cpu.values()
        print(f"{title:30}{statistics.median(theirs):12.1f}"
              f"{statistics.median(ours):12.1f}"
              f"{statistics.median(b / a for a, b in zip(theirs, ours)):9.2f}")
    for key, by_server in counted.items():
        print(f"{key:30}{by_server['kamailio']:12}{by_server['carillon']:12}")
    print("Kamailio authenticates and signs nothing and keeps all in memory; Carillon\n"
          "verifies, signs and seals, and writes to disk. What is used at rest is in\n"
          "the other figures.")


main()
