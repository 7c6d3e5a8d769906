#include "bench/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace carillon {

namespace {

// Classes of each power of two above the exact ones, as a power of two.
constexpr int class_bits = 9;
constexpr uint64_t classes_per_octave = uint64_t{1} << class_bits;
constexpr uint64_t exact_values = 2 * classes_per_octave;

size_t class_of(uint64_t value) noexcept {
  if (value < exact_values)
    return value;
  const auto shift = std::bit_width(value) - class_bits - 1;
  const auto within = (value >> shift) - classes_per_octave;
  return exact_values + static_cast<uint64_t>(shift - 1) * classes_per_octave
    + within;
}

/// Gives the largest value of a class.
uint64_t end_of_class(size_t which) noexcept {
  if (which < exact_values)
    return which;
  const auto above = which - exact_values;
  const auto shift = above / classes_per_octave + 1;
  const auto within = above % classes_per_octave + classes_per_octave;
  return ((within + 1) << shift) - 1;
}

} // namespace

void histogram::add(uint64_t value) {
  const auto which = class_of(value);
  if (which >= classes_.size())
    classes_.resize(which + 1);
  ++classes_[which];
  ++count_;
  max_ = std::max(max_, value);
  const auto before = static_cast<double>(value) - mean_;
  mean_ += before / static_cast<double>(count_);
  squares_ += before * (static_cast<double>(value) - mean_);
}

void histogram::add(const histogram& other) {
  if (other.count_ == 0)
    return;
  classes_.resize(std::max(classes_.size(), other.classes_.size()));
  for (size_t i = 0; i < other.classes_.size(); ++i)
    classes_[i] += other.classes_[i];
  const auto here = static_cast<double>(count_);
  const auto there = static_cast<double>(other.count_);
  const auto apart = other.mean_ - mean_;
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
  mean_ += apart * there / (here + there);
  squares_ += other.squares_ + apart * apart * here * there / (here + there);
}

uint64_t histogram::percentile(double share) const noexcept {
  const auto wanted = std::ceil(share * static_cast<double>(count_));
  auto left = static_cast<uint64_t>(std::max(wanted, 1.0));
  for (size_t i = 0; i < classes_.size(); ++i) {
    if (classes_[i] >= left)
      return std::min(end_of_class(i), max_);
    left -= classes_[i];
  }
  return max_;
}

std::vector<std::pair<uint64_t, uint64_t>> histogram::classes() const {
  std::vector<std::pair<uint64_t, uint64_t>> result;
  for (size_t i = 0; i < classes_.size(); ++i) {
    if (classes_[i] > 0)
      result.emplace_back(end_of_class(i), classes_[i]);
  }
  return result;
}

double histogram::deviation() const noexcept {
  return count_ < 2 ? 0 : std::sqrt(squares_ / static_cast<double>(count_ - 1));
}

} // namespace carillon
