#!/usr/bin/env bash
# check_layers.sh ROOT: proves that no layer under ROOT uses what it must not.
# Prints "file:line: reason: text" for every violation and fails if there is
# one, or if a layer holds no sources at all.
set -euo pipefail

readonly root=$1
readonly layers=(protocols storage actors runtime bench)
failed=0

# sources FOLDER ACTION...: gives the C++ files below the folder to an action of
# find.
sources() {
  find "$root/$1" -type f \( -name '*.hpp' -o -name '*.cpp' \) "${@:2}"
}

# forbid FOLDER REASON REGEX: reports lines that match outside of comments.
forbid() {
  local found
  found=$(reason=$2 regex=$3 prefix=$root/ sources "$1" -exec awk '{
    line = $0
    sub(/\/\/.*/, "", line)
    if (line ~ ENVIRON["regex"])
      print substr(FILENAME, length(ENVIRON["prefix"]) + 1) ":" FNR ": " \
        ENVIRON["reason"] ": " $0
  }' {} +)
  if [ -n "$found" ]; then
    printf '%s\n' "$found"
    failed=1
  fi
}

# forbid_headers FOLDER REASON REGEX: the same for names of included headers.
forbid_headers() {
  forbid "$1" "$2" "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($3)"
}

for folder in "${layers[@]}"; do
  if [ ! -d "$root/$folder" ] || [ -z "$(sources "$folder" -print -quit)" ]; then
    printf '%s: no sources to check\n' "$folder"
    failed=1
  fi
done
[ "$failed" -eq 0 ] || exit 1

# A layer sees those before it in the list, and nobody sees the tests.
for ((i = 0; i < ${#layers[@]}; ++i)); do
  above=$(IFS='|'; echo "${layers[*]:i+1}")
  forbid_headers "${layers[i]}" "includes a layer above it" \
    "(\.\./)*(${above:+$above|}tests)/"
  forbid_headers "${layers[i]}" "include paths start at the root" '\.\./'
done

readonly sockets='boost/(asio|beast)[./]|(sys/(socket|select|epoll|un)|netdb|poll)\.h>'
readonly threads='(thread|condition_variable|future|semaphore|latch|barrier|stop_token)>|pthread\.h>'
# A short lock around a table that all actors read is no thread of its own.
readonly locks='(mutex|shared_mutex)>'
readonly clocks='(system|steady|high_resolution)_clock::now|[^_[:alnum:]](clock_gettime|gettimeofday)[[:space:]]*\('
readonly sleeps='sleep_(for|until)|[^_[:alnum:]](u|nano)?sleep[[:space:]]*\('
readonly randomness='random_device|(AutoSeeded|System)_RNG|system_rng|std::s?rand[^_[:alnum:]]|[^_:.>[:alnum:]]s?rand[[:space:]]*\('

for folder in protocols storage; do
  forbid_headers "$folder" "uses actors" 'caf/'
done
forbid_headers protocols "uses locks" "$locks"
for folder in protocols storage actors; do
  forbid_headers "$folder" "uses sockets" "$sockets"
done
for folder in protocols actors; do
  forbid_headers "$folder" "uses threads" "$threads"
  forbid "$folder" "reads a clock" "$clocks"
  forbid "$folder" "sleeps" "$sleeps"
  forbid "$folder" "draws ambient randomness" "$randomness"
done

exit "$failed"
