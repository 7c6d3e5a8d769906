#!/usr/bin/env bash
# check_layers_test.sh: plants one violation after the other in a clean tree and
# expects check_layers.sh to name each of them, and nothing in the clean tree.
set -euo pipefail

readonly check=$(cd "$(dirname "$0")" && pwd)/check_layers.sh
readonly tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

clean_tree() {
  local folder
  rm -rf "${tree:?}"/*
  for folder in protocols storage actors runtime bench; do
    mkdir -p "$tree/$folder"
    printf '#pragma once\n\n#include <vector>\n' >"$tree/$folder/clean.hpp"
  done
}

failed() {
  printf 'FAILED: %s\n' "$*"
  failures=$((failures + 1))
}

# permits FILE TEXT
permits() {
  clean_tree
  printf '%s\n' "$2" >"$tree/$1"
  if ! "$check" "$tree" >"$tree/report"; then
    failed "'$2' is permitted in $1, yet: $(cat "$tree/report")"
  fi
}

# finds FILE TEXT: planted on the second line, so that the line is proven, too.
finds() {
  clean_tree
  mkdir -p "$(dirname "$tree/$1")"
  printf '#pragma once\n%s\n' "$2" >"$tree/$1"
  if "$check" "$tree" >"$tree/report"; then
    failed "'$2' in $1 was not found"
  elif ! grep -qF "$1:2: " "$tree/report"; then
    failed "'$2' in $1 was reported as: $(cat "$tree/report")"
  fi
}

permits actors/clean.hpp '#include "protocols/error.hpp"'
permits bench/clean.hpp '#include "runtime/defaults.hpp"'
permits runtime/clean.hpp '#include <boost/asio/io_context.hpp>'
permits runtime/clean.hpp 'auto now = std::chrono::system_clock::now();'
permits storage/clean.hpp '#include <mutex>'
permits actors/clean.hpp '#include <mutex>'
permits actors/clean.hpp '#include <caf/all.hpp>'
permits protocols/clean.hpp '// As in "#include <caf/all.hpp>", sleep_for() is'
permits protocols/clean.hpp 'uint32_t operand(int index);'

readonly layers=(protocols storage actors runtime bench)
for ((i = 0; i < ${#layers[@]}; ++i)); do
  for above in "${layers[@]:i+1}" tests; do
    finds "${layers[i]}/planted.hpp" "#include \"$above/planted.hpp\""
  done
done
finds protocols/chord/deep/planted.cpp '  #  include  "actors/peer.hpp"'
finds protocols/chord/planted.cpp '#include <runtime/node.hpp>'
finds storage/planted.hpp '#include "../actors/peer.hpp"'
finds runtime/planted.hpp '#include "../protocols/error.hpp"'

for layer in protocols storage; do
  finds "$layer/planted.hpp" '#include <caf/actor.hpp>'
done
for layer in protocols storage actors; do
  finds "$layer/planted.cpp" '#include <boost/asio.hpp>'
  finds "$layer/planted.cpp" '#include <boost/asio/ip/tcp.hpp>'
  finds "$layer/planted.cpp" '#include <boost/beast/core.hpp>'
  finds "$layer/planted.cpp" '#include <sys/socket.h>'
  finds "$layer/planted.cpp" '#include <poll.h>'
done
for layer in protocols actors; do
  finds "$layer/planted.hpp" '#include <thread>'
  finds "$layer/planted.hpp" '#include <condition_variable>'
  finds "$layer/planted.hpp" '#include <pthread.h>'
  finds "$layer/planted.cpp" 'auto t = std::chrono::system_clock::now();'
  finds "$layer/planted.cpp" 'auto t = steady_clock::now();'
  finds "$layer/planted.cpp" '  clock_gettime(CLOCK_MONOTONIC, &spec);'
  finds "$layer/planted.cpp" '  std::this_thread::sleep_for(1ms);'
  finds "$layer/planted.cpp" '  usleep(10);'
  finds "$layer/planted.cpp" '  std::random_device source;'
  finds "$layer/planted.cpp" '  Botan::AutoSeeded_RNG rng;'
  finds "$layer/planted.cpp" '  return std::rand();'
  finds "$layer/planted.cpp" '  return rand() % 6;'
done

finds protocols/planted.hpp '#include <mutex>'

clean_tree
rm "$tree/actors/clean.hpp"
if "$check" "$tree" >"$tree/report"; then
  failed "a layer without sources was not found"
fi

[ "$failures" -eq 0 ]
