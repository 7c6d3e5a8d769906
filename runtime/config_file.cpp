#include "runtime/config_file.hpp"

#include "protocols/bytes.hpp"
#include "runtime/defaults.hpp"
#include "runtime/file_error.hpp"
#include "runtime/key_depth.hpp"
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
      return fail(
        errc::invalid_configuration,
        origin(node) + ": " + key
          + ": expected a text, a whole number, true, false or a list "
            "of texts");
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
    if (const auto* part = node.as_floating_point())
      return setting_value{part->get()};
    if (const auto* truth = node.as_boolean())
      return setting_value{truth->get()};
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

// Gives the line of this number, counted from 1.
std::string_view line_of(std::string_view text, toml::source_index number) {
  for (; number > 1; --number)
    text.remove_prefix(std::min(text.find('\n') + 1, text.size()));
  return text.substr(0, text.find('\n'));
}

// Tells what is wrong with a line. The parser quotes numbers, and a line with
// a secret must not be quoted.
std::string describe(const toml::parse_error& err, std::string_view line) {
  if (line.find("ha1") != std::string_view::npos)
    return "a line with ha1 cannot be read: expected ha1 = \"DIGITS\", in "
           "quotes and once for each user";
  return std::string{err.description()};
}

} // namespace

expected<std::vector<setting>> parse_config_file(std::string_view text,
                                                 std::string_view name) {
  if (auto good = check_key_depth(text, name); !good)
    return tl::unexpected{good.error()};
  try {
    collector values{name};
    if (auto done = values.collect(toml::parse(text, name), {}); !done)
      return tl::unexpected{done.error()};
    return std::move(values).finish();
  } catch (const toml::parse_error& err) {
    const auto line = err.source().begin.line;
    return fail(errc::invalid_configuration,
                std::string{name} + ':' + std::to_string(line) + ": "
                  + describe(err, line_of(text, line)));
  }
}

expected<std::vector<setting>>
read_config_file(const std::filesystem::path& path) {
  const auto content = storage::read_file(path, defaults::max_config_size);
  if (!content)
    return fail(errc::invalid_configuration,
                missing_is_failure(content.error()).detail);
  return parse_config_file(as_text(*content), path.string());
}

} // namespace carillon
