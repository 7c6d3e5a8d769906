#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace carillon {

/// Writes figures in the text format of Prometheus, version 0.0.4. All of them
/// are whole numbers.
class metrics_text {
public:
  /// What a reader is told about the format.
  static constexpr std::string_view content_type =
    "text/plain; version=0.0.4; charset=utf-8";

  struct label {
    std::string_view name;
    std::string_view value;
  };

  /// Begins the figures of one name.
  /// @param type `counter`, `gauge` or `histogram`.
  /// @param help one line for people.
  void family(std::string_view name, std::string_view type,
              std::string_view help);

  /// Writes a figure of the family that was begun last.
  void sample(int64_t value, std::span<const label> labels = {}) {
    sample({}, value, labels);
  }

  void sample(int64_t value, label one) {
    sample({}, value, {&one, 1});
  }

  /// Writes a figure whose name has a suffix, as those of histograms.
  void sample(std::string_view suffix, int64_t value,
              std::span<const label> labels = {});

  /// Begins and writes a figure that has no labels.
  void figure(std::string_view name, std::string_view type,
              std::string_view help, int64_t value) {
    family(name, type, help);
    sample(value);
  }

  /// Gives what was written.
  [[nodiscard]] std::string take() {
    return std::move(text_);
  }

private:
  std::string text_;
  std::string name_;
};

} // namespace carillon
