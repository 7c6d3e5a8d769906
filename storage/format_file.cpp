#include "storage/format_file.hpp"

#include "storage/durable_file.hpp"

#include <charconv>

namespace carillon::storage {

namespace {

constexpr std::string_view file_name = "FORMAT";

// The text before the number and the line feed after it.
constexpr std::string_view text_before = "carillon store format ";
constexpr std::string_view text_after = "\n";

constexpr size_t max_file_size = 64;

constexpr mode_t file_mode = 0600;

} // namespace

expected<uint32_t> read_format(const std::filesystem::path& directory) {
  const auto path = directory / file_name;
  const auto content = read_file(path, max_file_size);
  if (!content)
    return tl::unexpected{content.error()};
  auto text = as_text(*content);
  const auto damaged = fail(errc::storage_failed,
                            path.string() + " is damaged: it does not hold \""
                              + std::string{text_before} + "NUMBER\"");
  if (!text.starts_with(text_before) || !text.ends_with(text_after))
    return damaged;
  text.remove_prefix(text_before.size());
  text.remove_suffix(text_after.size());
  uint32_t version = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, version);
  if (parsed.ec != std::errc{} || parsed.ptr != end)
    return damaged;
  return version;
}

expected<void> write_format(const std::filesystem::path& directory,
                            uint32_t version) {
  const auto text = std::string{text_before} + std::to_string(version)
    + std::string{text_after};
  return write_file_durably(directory / file_name, as_bytes(text), file_mode);
}

} // namespace carillon::storage
