#include "runtime/config_file.hpp"

#include "protocols/bytes.hpp"
#include "runtime/defaults.hpp"
#include "storage/durable_file.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace carillon {

namespace {

using result = expected<void>;

// Walks through the tables of a file and collects the values.
class collector {
public:
  explicit collector(std::string_view file)
    : file_(file) {}

  result collect(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      const auto name = prefix.empty() ? std::string{key.str()}
                                       : prefix + '.' + std::string{key.str()};
      if (auto done = collect(node, name); !done)
        return done;
    }
    return {};
  }

  // Tables know no order; the lines give it back.
  std::vector<setting> finish() && {
    std::stable_sort(
      found_.begin(), found_.end(),
      [](const auto& lhs, const auto& rhs) { return lhs.first < rhs.first; });
    std::vector<setting> settings;
    for (auto& [line, value] : found_)
      settings.push_back(std::move(value));
    return settings;
  }

private:
  result collect(const toml::node& node, const std::string& key) {
    if (const auto* table = node.as_table())
      return collect(*table, key);
    const auto* array = node.as_array();
    if (array != nullptr && array->is_homogeneous<toml::table>())
      return collect_tables(*array, key);
    auto value = read_value(node);
    if (!value)
      return fail(errc::invalid_configuration,
                  origin(node) + ": " + key
                    + ": expected a text, a whole number or a list of texts");
    found_.emplace_back(node.source().begin.line,
                        setting{key, std::move(*value), origin(node)});
    return {};
  }

  result collect_tables(const toml::array& tables, const std::string& key) {
    for (size_t i = 0; i < tables.size(); ++i) {
      const auto name = key + '[' + std::to_string(i) + ']';
      if (auto done = collect(*tables.get_as<toml::table>(i), name); !done)
        return done;
    }
    return {};
  }

  static std::optional<setting_value> read_value(const toml::node& node) {
    if (const auto* text = node.as_string())
      return setting_value{text->get()};
    if (const auto* number = node.as_integer())
      return setting_value{number->get()};
    if (const auto* array = node.as_array())
      return read_list(*array);
    return std::nullopt;
  }

  static std::optional<setting_value> read_list(const toml::array& array) {
    std::vector<std::string> list;
    for (const auto& element : array) {
      const auto* text = element.as_string();
      if (text == nullptr)
        return std::nullopt;
      list.push_back(text->get());
    }
    return setting_value{std::move(list)};
  }

  [[nodiscard]] std::string origin(const toml::node& node) const {
    return std::string{file_} + ':' + std::to_string(node.source().begin.line);
  }

  std::string_view file_;
  std::vector<std::pair<toml::source_index, setting>> found_;
};

} // namespace

expected<std::vector<setting>> parse_config_file(std::string_view text,
                                                 std::string_view name) {
  try {
    collector values{name};
    if (auto done = values.collect(toml::parse(text, name), {}); !done)
      return tl::unexpected{done.error()};
    return std::move(values).finish();
  } catch (const toml::parse_error& err) {
    return fail(errc::invalid_configuration,
                std::string{name} + ':'
                  + std::to_string(err.source().begin.line) + ": "
                  + std::string{err.description()});
  }
}

expected<std::vector<setting>>
read_config_file(const std::filesystem::path& path) {
  const auto content = storage::read_file(path, defaults::max_config_size);
  if (!content)
    return fail(errc::invalid_configuration,
                "cannot read the file: " + to_string(content.error()));
  return parse_config_file(as_text(*content), path.string());
}

} // namespace carillon
