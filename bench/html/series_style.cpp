#include "bench/html/series_style.hpp"

#include <array>

namespace carillon {

namespace {

// The palette of Okabe and Ito, "Color Universal Design" (2008), the colours
// that stand out from paper first. Its yellow does not, and is left out; its
// black is the colour of the text, which is light on a dark page.
constexpr std::array<std::string_view, 7> series_colours{
  "#0072b2", "#d55e00", "#009e73",     "#cc79a7",
  "#e69f00", "#56b4e9", "currentColor"};

// Circle, square, triangle, diamond, triangle upside down, pentagon, star,
// cross.
constexpr std::array<std::string_view, 8> series_markers{
  "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
  "M-4-4h8v8h-8z",
  "M0-5.5L5.2 4h-10.4z",
  "M0-6L5 0L0 6L-5 0z",
  "M0 5.5L5.2-4h-10.4z",
  "M0-5L4.8-1.5L2.9 4.1h-5.8L-4.8-1.5z",
  "M0-6.5L1.7-2.2L6.2-2L2.7.9L3.8 5.3L0 2.8L-3.8 5.3L-2.7.9L-6.2-2L-1.7-2.2z",
  "M-1.7-5h3.4v3.3h3.3v3.4h-3.3v3.3h-3.4v-3.3h-3.3v-3.4h3.3z"};

constexpr std::array<std::string_view, 4> series_dashes{"none", "18 3",
                                                        "12 3 3 3", "2.5 2.5"};

// Shorter than any of the above, of equal gaps, and kept for references.
constexpr std::string_view reference_dashes = "6 5";

constexpr std::array<std::string_view, 4> series_stripes{"none", "2 3", "1.5 7",
                                                         "5 5"};

} // namespace

series_style style_of_series(size_t number, bool is_reference) {
  const auto& dashes = series_dashes[number % series_dashes.size()];
  return {series_colours[number % series_colours.size()],
          series_markers[number % series_markers.size()],
          is_reference ? reference_dashes : dashes,
          series_stripes[number % series_stripes.size()], is_reference};
}

} // namespace carillon
