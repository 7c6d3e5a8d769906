#include "runtime/admin/metrics_text.hpp"

namespace carillon {

namespace {

/// Appends a text with what has a meaning of its own escaped.
void append_escaped(std::string& out, std::string_view text) {
  for (const auto c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"')
      out += '\\';
    out += c;
  }
}

} // namespace

void metrics_text::family(std::string_view name, std::string_view type,
                          std::string_view help) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
  text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void metrics_text::sample(std::string_view suffix, int64_t value,
                          std::span<const label> labels) {
  text_.append(name_).append(suffix);
  const auto* separator = "{";
  for (const auto& [name, text] : labels) {
    text_.append(separator).append(name).append("=\"");
    append_escaped(text_, text);
    text_ += '"';
    separator = ",";
  }
  if (!labels.empty())
    text_ += '}';
  text_.append(" ").append(std::to_string(value)).append("\n");
}

} // namespace carillon
