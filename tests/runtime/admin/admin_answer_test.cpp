#include "runtime/admin/admin_answer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace carillon;
using nlohmann::json;

TEST(admin_answer, is_json) {
  const auto answer = make_answer({{"a", "b\"\n<\x01"}}, 202);
  EXPECT_EQ(answer.status, 202u);
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_EQ(json::parse(answer.body)["a"], "b\"\n<\x01");
  EXPECT_EQ(answer.body.back(), '\n');
}

TEST(admin_answer, replaces_what_is_no_text) {
  const auto answer = make_answer({{"a", "\xff\xfe"}});
  EXPECT_TRUE(json::accept(answer.body)) << answer.body;
}

TEST(admin_answer, tells_whose_fault_a_failure_is) {
  EXPECT_EQ(make_refusal({errc::malformed, "x"}).status, 400u);
  EXPECT_EQ(make_refusal({errc::invalid_name, "x"}).status, 400u);
  EXPECT_EQ(make_refusal({errc::no_such_record, "x"}).status, 404u);
  EXPECT_EQ(make_refusal({errc::timeout, "x"}).status, 503u);
  EXPECT_EQ(json::parse(make_refusal(404, "why").body)["error"], "why");
}
