#include "protocols/trust/opinion.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace carillon;
using namespace carillon::trust;

namespace {

/// The published values are rounded to this.
constexpr double precision = 1e-12;

void expect_near(const opinion& actual, const opinion& wanted) {
  EXPECT_NEAR(actual.belief, wanted.belief, precision);
  EXPECT_NEAR(actual.disbelief, wanted.disbelief, precision);
  EXPECT_NEAR(actual.uncertainty, wanted.uncertainty, precision);
  EXPECT_NEAR(actual.base_rate, wanted.base_rate, precision);
}

struct vector_line {
  std::string operation;
  opinion first;
  opinion second;
  opinion result;
};

std::vector<vector_line> read_vectors() {
  std::ifstream file{CARILLON_TEST_DATA "/subjective-logic.csv"};
  std::vector<vector_line> result;
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with('#') || line.starts_with("operator"))
      continue;
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream fields{line};
    vector_line item;
    fields >> item.operation;
    for (auto* value : {&item.first, &item.second, &item.result})
      fields >> value->belief >> value->disbelief >> value->uncertainty
        >> value->base_rate;
    EXPECT_TRUE(fields) << line;
    result.push_back(item);
  }
  return result;
}

} // namespace

TEST(opinion, follows_the_published_values) {
  const auto vectors = read_vectors();
  ASSERT_EQ(vectors.size(), 5u);
  for (const auto& item : vectors) {
    SCOPED_TRACE(item.operation);
    const auto combine = item.operation == "fuse" ? fuse : discount;
    expect_near(combine(item.first, item.second), item.result);
  }
}

TEST(opinion, follows_from_evidence) {
  expect_near(from_evidence(0, 0), {0, 0, 1, 0.5});
  expect_near(from_evidence(2, 0), {0.5, 0, 0.5, 0.5});
  expect_near(from_evidence(6, 2, 0.2), {0.6, 0.2, 0.2, 0.2});
}

TEST(opinion, expects_the_base_rate_of_a_stranger) {
  EXPECT_DOUBLE_EQ(expectation({}), 0.5);
  EXPECT_DOUBLE_EQ(expectation({0, 0, 1, 0.2}), 0.2);
  EXPECT_DOUBLE_EQ(expectation({0.6, 0.2, 0.2, 0.5}), 0.7);
}

TEST(opinion, does_not_depend_on_the_order_of_fusion) {
  const auto a = from_evidence(7, 1);
  const auto b = from_evidence(2, 5, 0.3);
  expect_near(fuse(a, b), fuse(b, a));
}

TEST(opinion, of_all_evidence_is_the_fusion_of_its_parts) {
  expect_near(fuse(from_evidence(3, 1), from_evidence(4, 2)),
              from_evidence(7, 3));
}

TEST(opinion, learns_nothing_from_those_who_know_nothing) {
  const auto known = from_evidence(3, 1);
  expect_near(fuse(known, {}), known);
  expect_near(fuse({}, {}), {});
}

TEST(opinion, of_a_source_without_trust_says_nothing) {
  const opinion liar{0, 1, 0, 0.5};
  expect_near(discount(liar, from_evidence(100, 0)), {0, 0, 1, 0.5});
}
