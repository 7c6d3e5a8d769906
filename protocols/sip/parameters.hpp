#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carillon::sip {

/// The `;name=value` parameters of a URI or header, in their order. Names are
/// compared without regard to case; values are kept as written, quotes
/// included.
class parameters {
public:
  struct parameter {
    std::string name;
    /// Empty and unused when the parameter is a bare name.
    std::string value;
    bool has_value = false;

    bool operator==(const parameter&) const = default;
  };

  /// Gives the value, the empty text for a bare name, nothing when absent.
  [[nodiscard]] std::optional<std::string_view>
  get(std::string_view name) const noexcept;

  /// Tells whether the parameter is there, with or without a value.
  [[nodiscard]] bool contains(std::string_view name) const noexcept;

  /// Sets or replaces a parameter; without a value it is a bare name.
  void set(std::string_view name,
           std::optional<std::string_view> value = std::nullopt);

  /// Removes a parameter if it is there.
  void remove(std::string_view name);

  [[nodiscard]] auto begin() const noexcept {
    return items_.begin();
  }

  [[nodiscard]] auto end() const noexcept {
    return items_.end();
  }

  [[nodiscard]] size_t size() const noexcept {
    return items_.size();
  }

  bool operator==(const parameters&) const = default;

private:
  std::vector<parameter> items_;
};

/// Prints `;name=value;name`.
[[nodiscard]] std::string to_string(const parameters& params);

} // namespace carillon::sip
