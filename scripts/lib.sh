# What the scripts share: messages, packages, builds. Sourced, not run; the
# caller stands in the repository's root and has set -euo pipefail.

readonly build_packages=(
  ca-certificates ccache cmake g++ libboost-dev libbotan-2-dev libcaf-dev
  libcli11-dev libexpected-dev libgmock-dev libgtest-dev libprotobuf-dev
  librocksdb-dev libsodium-dev libsofia-sip-ua-dev libspdlog-dev libssl-dev
  libtomlplusplus-dev ninja-build nlohmann-json3-dev pkg-config
  protobuf-compiler
)
readonly test_packages=(
  baresip-core chromium iproute2 procps python3-jsonschema sip-tester
)
readonly check_packages=(
  clang clang-format clang-tidy dpkg-dev git libclang-rt-dev util-linux
)

say() {
  printf '== %s\n' "$*"
}

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# install_missing PACKAGE...: installs what dpkg does not know as installed.
# Touches neither apt nor the network when there is nothing to do.
install_missing() {
  local package missing=() as_root=()
  for package in "$@"; do
    if ! dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null \
      | grep -qx installed; then
      missing+=("$package")
    fi
  done
  if [ ${#missing[@]} -eq 0 ]; then
    return 0
  fi
  say "installing with apt-get: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null \
      || die "not root and no sudo; run: apt-get install ${missing[*]}"
    say "not root: apt-get runs through sudo"
    as_root=(sudo)
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q update \
    || die "apt-get update failed; is the network up?"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q install -y --no-install-recommends "${missing[@]}" </dev/null \
    || die "apt-get could not install: ${missing[*]}"
}

# What every build and test run is started with; empty by default.
wrapper=()

# configure PRESET: says nothing unless it fails.
configure() {
  local log=build/configure-$1.log
  prepare_ccache
  mkdir -p build
  if ! cmake --preset "$1" >"$log" 2>&1; then
    cat "$log" >&2
    die "cannot configure the preset '$1'"
  fi
}

# build PRESET [TARGET...]: configures and builds; everything without TARGET.
build() {
  local preset=$1
  shift
  configure "$preset"
  "${wrapper[@]}" cmake --build --preset "$preset" --parallel "$(nproc)" \
    ${1:+--target "$@"}
}

# run_tests PRESET [CTEST ARGUMENT...]: runs the tests of a build. The last line
# is the one that counts them; it also goes to build/PRESET/test-summary.
run_tests() {
  local preset=$1 status=0
  shift
  "${wrapper[@]}" ctest --preset "$preset" --parallel 2 "$@" </dev/null \
    | tee "build/$preset/test-output" || status=$?
  grep ' tests passed, ' "build/$preset/test-output" \
    | tee "build/$preset/test-summary" || status=1
  return "$status"
}

# A home that cannot be written would make every compilation fail.
prepare_ccache() {
  local cache=${CCACHE_DIR:-${HOME:-/nonexistent}/.cache/ccache}
  if ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
    export CCACHE_DIR=$PWD/build/ccache
  fi
}
