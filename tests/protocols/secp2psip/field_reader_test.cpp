#include "protocols/secp2psip/field_reader.hpp"

using namespace carillon;
using namespace carillon::secp2psip;

namespace {

/// Runs `read` on a reader of `text` and gives how the reader failed.
template <class Read>
std::optional<errc> failure_of(std::string_view text, Read read) {
  field_reader reader{as_bytes(text)};
  read(reader);
  if (!reader.failure())
    return std::nullopt;
  return reader.failure()->code;
}

constexpr auto read_text = [](field_reader& reader) {
  reader.text("F", 8);
};

constexpr auto read_number = [](field_reader& reader) {
  reader.number("F", 99);
};

constexpr auto read_hex = [](field_reader& reader) {
  reader.hex<2>("F");
};

constexpr auto read_base64 = [](field_reader& reader) {
  reader.base64("F");
};

constexpr auto read_body = [](field_reader& reader) {
  reader.body("F");
};

} // namespace

TEST(field_reader, reads_fields_in_order) {
  const std::string_view text =
    "START\r\nA: one two\r\nB: 42\r\nC: 0aff\r\nD: aGk=\r\nE: -\r\nF: 3\r\nxyz";
  field_reader reader{as_bytes(text)};
  reader.line("START");
  EXPECT_EQ(reader.text("A", 7), "one two");
  EXPECT_EQ(reader.number("B", 42), 42u);
  EXPECT_EQ(reader.hex<2>("C"), (std::array<uint8_t, 2>{0x0a, 0xff}));
  EXPECT_EQ(reader.base64("D"), to_bytes("hi"));
  EXPECT_EQ(reader.optional_base64("E"), std::nullopt);
  EXPECT_EQ(as_text(reader.body("F")), "xyz");
  reader.end();
  EXPECT_FALSE(reader.failure());
  EXPECT_EQ(reader.consumed().size(), text.size());
}

TEST(field_reader, keeps_its_first_failure) {
  field_reader reader{as_bytes("A: 1\r\nB: 2\r\n")};
  EXPECT_EQ(reader.text("B", 8), "");
  EXPECT_EQ(reader.text("A", 8), "");
  EXPECT_EQ(reader.number("A", 8), 0u);
  ASSERT_TRUE(reader.failure());
  EXPECT_EQ(*reader.failure(),
            (error{errc::malformed, "expected the field B"}));
}

TEST(field_reader, refuses_other_spellings_of_a_line) {
  EXPECT_EQ(failure_of("F: x\r\n", read_text), std::nullopt);
  for (const auto* text :
       {"", "F", "F: x", "F: x\n", "F: x\r", "F:x\r\n", "F : x\r\n", "f: x\r\n",
        " F: x\r\n", "F:  x\r\n", "F: x \r\n", "F: \r\n", "F:\r\n",
        "F: a\tb\r\n", "F: a\nb\r\n", "F: a\x7f\r\n", "F: \xc3\xa4\r\n",
        "FF: x\r\n", "\r\nF: x\r\n"})
    EXPECT_EQ(failure_of(text, read_text), errc::malformed) << text;
  EXPECT_EQ(failure_of("F: 123456789\r\n", read_text), errc::too_large);
}

TEST(field_reader, refuses_other_spellings_of_a_number) {
  EXPECT_EQ(failure_of("F: 0\r\n", read_number), std::nullopt);
  EXPECT_EQ(failure_of("F: 99\r\n", read_number), std::nullopt);
  for (const auto* text : {"F: 00\r\n", "F: 07\r\n", "F: +1\r\n", "F: -1\r\n",
                           "F: 1x\r\n", "F: 0x1\r\n", "F: 1.0\r\n", "F: \r\n",
                           "F:  1\r\n", "F: 99999999999999999999999\r\n"})
    EXPECT_EQ(failure_of(text, read_number), errc::malformed) << text;
  EXPECT_EQ(failure_of("F: 100\r\n", read_number), errc::too_large);
}

TEST(field_reader, refuses_other_spellings_of_hexadecimal) {
  EXPECT_EQ(failure_of("F: 00ff\r\n", read_hex), std::nullopt);
  for (const auto* text : {"F: 00\r\n", "F: 00ff0\r\n", "F: 00ff00\r\n",
                           "F: 00FF\r\n", "F: 00fg\r\n", "F: 0 0f\r\n"})
    EXPECT_EQ(failure_of(text, read_hex), errc::malformed) << text;
}

TEST(field_reader, refuses_other_spellings_of_base64) {
  EXPECT_EQ(failure_of("F: aGk=\r\n", read_base64), std::nullopt);
  for (const auto* text : {"F: aGk\r\n", "F: aGl=\r\n", "F: aG k=\r\n",
                           "F: -\r\n", "F: \r\n", "F: aGk=aGk=\r\n"})
    EXPECT_EQ(failure_of(text, read_base64), errc::malformed) << text;
}

TEST(field_reader, refuses_bodies_of_another_length) {
  EXPECT_EQ(failure_of("F: 1\r\nx", read_body), std::nullopt);
  for (const auto* text : {"F: 2\r\nx", "F: 0\r\n", "F: 1\r\n", "F: 1\r\nxy"})
    EXPECT_EQ(failure_of(text, read_body), errc::malformed) << text;
  EXPECT_EQ(failure_of("F: 65537\r\nx", read_body), errc::too_large);
}

TEST(field_reader, refuses_bytes_after_the_end) {
  const auto read_all = [](field_reader& reader) {
    reader.text("F", 8);
    reader.end();
  };
  EXPECT_EQ(failure_of("F: x\r\n", read_all), std::nullopt);
  EXPECT_EQ(failure_of("F: x\r\n ", read_all), errc::malformed);
}
