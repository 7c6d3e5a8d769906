#include "bench/html/html_escape.hpp"
#include "bench/html/label_text.hpp"

#include <gtest/gtest.h>

using namespace carillon;

namespace {

// Of the size of letters that makes ten of them fit.
constexpr double font_size = 10;
const double ten_letters = label_width("abcdefghij", font_size) + 0.1;

} // namespace

TEST(html_escape, replaces_what_html_gives_a_meaning) {
  EXPECT_EQ(
    html_escaped(R"(<b title="a" lang='b'>&amp;</b>)"),
    "&lt;b title=&quot;a&quot; lang=&#39;b&#39;&gt;&amp;amp;&lt;/b&gt;");
}

TEST(html_escape, replaces_control_characters) {
  EXPECT_EQ(html_escaped(std::string_view{"a\0b\x1b\x7f", 5}),
            "a\uFFFDb\uFFFD\uFFFD");
}

TEST(html_escape, leaves_everything_else_alone) {
  EXPECT_EQ(html_escaped(""), "");
  EXPECT_EQ(html_escaped("100 % of 10\tµs\n- \u20ac"),
            "100 % of 10\tµs\n- \u20ac");
}

TEST(label_text, counts_characters_not_bytes) {
  EXPECT_DOUBLE_EQ(label_width("µµµ", font_size),
                   label_width("mmm", font_size));
  EXPECT_DOUBLE_EQ(label_width("", font_size), 0);
}

TEST(label_text, is_broken_between_words) {
  EXPECT_EQ(label_lines("set up a call", ten_letters, font_size),
            (std::vector<std::string>{"set up a", "call"}));
  EXPECT_EQ(label_lines("exactly  10", ten_letters, font_size),
            (std::vector<std::string>{"exactly 10"}));
}

TEST(label_text, is_broken_within_words_that_do_not_fit) {
  EXPECT_EQ(label_lines("a µµµµµµµµµµµµ b", ten_letters, font_size),
            (std::vector<std::string>{"a", "µµµµµµµµµµ", "µµ b"}));
  EXPECT_EQ(label_lines("abc", 0, font_size),
            (std::vector<std::string>{"a", "b", "c"}));
}

TEST(label_text, has_no_lines_without_words) {
  EXPECT_TRUE(label_lines("", ten_letters, font_size).empty());
  EXPECT_TRUE(label_lines(" \n ", ten_letters, font_size).empty());
}
