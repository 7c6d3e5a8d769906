#include "bench/progress.hpp"

#include "bench/text_output.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <utility>

namespace carillon {

namespace {

using namespace std::chrono_literals;

constexpr auto show_interval = 200ms;

// Before that an estimate would jump about.
constexpr auto least_elapsed = 1s;

// Returns to the first column and clears the line.
constexpr auto clear_line = "\r\033[K";

std::string time_left(size_t done, size_t total,
                      std::chrono::nanoseconds elapsed) {
  if (done == 0 || elapsed < least_elapsed)
    return {};
  const auto seconds = std::chrono::duration<double>{elapsed}.count()
    * static_cast<double>(total - done) / static_cast<double>(done);
  const auto whole = static_cast<uint64_t>(std::ceil(seconds));
  if (whole < 120)
    return ", " + std::to_string(whole) + " s left";
  return ", " + std::to_string((whole + 59) / 60) + " min left";
}

} // namespace

progress::progress(std::ostream& out, bool is_shown)
  : out_(out)
  , is_shown_(is_shown) {}

progress::~progress() {
  clear();
}

void progress::begin(std::string what, size_t total) {
  what_ = std::move(what);
  total_ = total;
  done_ = 0;
  began_ = clock_type::now();
  show(began_);
}

void progress::set(size_t done) {
  done_ = done;
  if (!is_shown_)
    return;
  const auto now = clock_type::now();
  if (now - shown_ >= show_interval)
    show(now);
}

void progress::clear() {
  if (is_shown_ && !what_.empty())
    out_ << clear_line << std::flush;
}

void progress::show(clock_type::time_point now) {
  shown_ = now;
  if (is_shown_)
    out_ << clear_line << progress_line(what_, done_, total_, now - began_)
         << std::flush;
}

std::string progress_line(const std::string& what, size_t done, size_t total,
                          std::chrono::nanoseconds elapsed) {
  if (total == 0)
    return what;
  const auto shown = std::min(done, total);
  return what + ": " + grouped_text(shown) + " of " + grouped_text(total) + ", "
    + std::to_string(shown * 100 / total) + " %"
    + time_left(shown, total, elapsed);
}

} // namespace carillon
