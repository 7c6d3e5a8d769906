#include "protocols/bytes.hpp"
#include "runtime/config_file.hpp"
#include "runtime/config_loader.hpp"

#include <cstddef>
#include <cstdint>

/// Reads a configuration file as a node does, but for the file itself.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto settings =
    carillon::parse_config_file(carillon::as_text({data, size}), "fuzz.toml");
  if (settings)
    static_cast<void>(carillon::load_config(*settings));
  return 0;
}
