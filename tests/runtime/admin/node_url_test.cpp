#include "runtime/admin/node_url.hpp"

#include <gtest/gtest.h>

using namespace carillon;

TEST(node_url, names_scheme_host_and_port) {
  const auto plain = parse_node_url("http://127.0.0.1:7481/");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->uses_tls);
  EXPECT_EQ(plain->address, (endpoint{"127.0.0.1", 7481}));
  const auto secure = parse_node_url("https://[::1]:443");
  ASSERT_TRUE(secure);
  EXPECT_TRUE(secure->uses_tls);
  EXPECT_EQ(to_string(*secure), "https://[::1]:443");
  const auto brief = parse_node_url("node1.example.org:7481");
  ASSERT_TRUE(brief);
  EXPECT_EQ(to_string(*brief), "http://node1.example.org:7481");
}

TEST(node_url, refuses_anything_else) {
  for (const auto* text :
       {"", "http://", "ftp://a:1", "http://a", "http://a:0", "http://a:65536",
        "http://a:1/health", "http://u@a:1", "https://a:1?x"})
    EXPECT_FALSE(parse_node_url(text)) << text;
}

TEST(node_url, escapes_everything_that_could_mean_something) {
  EXPECT_EQ(escape_for_url("bob@example.org"), "bob%40example.org");
  EXPECT_EQ(escape_for_url("a/b?c=d&e#f%g+h i"),
            "a%2fb%3fc%3dd%26e%23f%25g%2bh%20i");
  EXPECT_EQ(escape_for_url("Az09-._~"), "Az09-._~");
  EXPECT_EQ(escape_for_url(std::string{"\n\0\xff", 3}), "%0a%00%ff");
}
