#pragma once

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <string>

namespace carillon {

/// The line on a terminal that tells what a long run is doing, how far it is
/// and how long it will still take. Silent when told that nobody looks.
class progress {
public:
  /// @param out must outlive the object.
  /// @param is_shown whether `out` is a terminal.
  progress(std::ostream& out, bool is_shown);
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  /// Clears the line.
  ~progress();

  /// Begins a step; what comes before it is cleared.
  /// @param total how much there is to do; 0 when nobody knows.
  void begin(std::string what, size_t total = 0);

  /// Tells how much of the step is done. Cheap: may be called often.
  void set(size_t done);

  /// Clears the line, so that something else can be printed.
  void clear();

private:
  using clock_type = std::chrono::steady_clock;

  void show(clock_type::time_point now);

  std::ostream& out_;
  bool is_shown_;
  std::string what_;
  size_t total_ = 0;
  size_t done_ = 0;
  clock_type::time_point began_{};
  clock_type::time_point shown_{};
};

/// Gives the line itself.
/// @param elapsed since the step began; tells how long the rest will take.
[[nodiscard]] std::string progress_line(const std::string& what, size_t done,
                                        size_t total,
                                        std::chrono::nanoseconds elapsed);

} // namespace carillon
