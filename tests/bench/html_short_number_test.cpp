#include "bench/html/short_number.hpp"

#include <gtest/gtest.h>

#include <limits>

using namespace carillon;

TEST(short_number, is_plain_when_it_is_short) {
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(-0.0), "0");
  EXPECT_EQ(short_number(7), "7");
  EXPECT_EQ(short_number(950), "950");
  EXPECT_EQ(short_number(0.25), "0.25");
  EXPECT_EQ(short_number(0.0001), "0.0001");
  EXPECT_EQ(short_number(-12.5), "−12.5");
}

TEST(short_number, has_suffixes_for_thousands) {
  EXPECT_EQ(short_number(1000), "1k");
  EXPECT_EQ(short_number(1500), "1.5k");
  EXPECT_EQ(short_number(10'000), "10k");
  EXPECT_EQ(short_number(250'000), "250k");
  EXPECT_EQ(short_number(1e6), "1M");
  EXPECT_EQ(short_number(2e9), "2G");
  EXPECT_EQ(short_number(3e14), "300T");
}

TEST(short_number, has_powers_of_ten_beyond_them) {
  EXPECT_EQ(short_number(1e-5), "10⁻⁵");
  EXPECT_EQ(short_number(2.5e-7), "2.5×10⁻⁷");
  EXPECT_EQ(short_number(-1e15), "−10¹⁵");
  EXPECT_EQ(short_number(std::numeric_limits<double>::max()), "1.8×10³⁰⁸");
}

TEST(short_number, is_rounded_to_its_digits) {
  EXPECT_EQ(short_number(1.0 / 3), "0.333");
  EXPECT_EQ(short_number(1234), "1.23k");
  EXPECT_EQ(short_number(999.9), "1k");
  EXPECT_EQ(short_number(0.1 + 0.2), "0.3");
  EXPECT_EQ(short_number(0.0999999), "0.1");
}

TEST(short_number, has_no_suffix_when_late_digits_count) {
  EXPECT_EQ(short_number(2005, 4), "2005");
  EXPECT_EQ(short_number(2000, 4), "2000");
  EXPECT_EQ(short_number(12345.678, 8), "12345.678");
}

TEST(short_number, says_when_there_is_none) {
  EXPECT_EQ(short_number(std::numeric_limits<double>::infinity()), "n/a");
  EXPECT_EQ(short_number(std::numeric_limits<double>::quiet_NaN()), "n/a");
}
