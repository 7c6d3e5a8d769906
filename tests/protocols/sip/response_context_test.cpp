#include "protocols/sip/build.hpp"
#include "protocols/sip/response_context.hpp"

#include <gmock/gmock.h>

#include "sip_fixture.hpp"

namespace carillon::sip {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Three phones: two liked best, one less.
class forking : public testing::Test {
protected:
  void SetUp() override {
    EXPECT_THAT(subject.start().start, ElementsAre(0, 2));
  }

  /// A response as it comes back: with our Via on top.
  response_context::step receive(size_t branch, unsigned status) {
    auto request = make_request("INVITE");
    request.prepend("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKus");
    return subject.receive(branch, make_response(request, status, "t"));
  }

  response_context subject{
    {{"sip:a@x", 1000}, {"sip:b@x", 500}, {"sip:c@x", 1000}}};
};

} // namespace

TEST_F(forking, provisional_answers_go_upstream_but_for_100) {
  EXPECT_FALSE(receive(0, 100).forward);
  const auto step = receive(0, 180);
  ASSERT_TRUE(step.forward);
  EXPECT_EQ(step.forward->status(), 180u);
  EXPECT_EQ(step.forward->all("Via").size(), 1u);
}

TEST_F(forking, a_success_goes_upstream_and_cancels_the_others) {
  auto step = receive(2, 200);
  EXPECT_EQ(step.forward->status(), 200u);
  EXPECT_THAT(step.cancel, ElementsAre(0));
  EXPECT_THAT(step.start, IsEmpty());
  EXPECT_TRUE(subject.done());
  step = receive(0, 487);
  EXPECT_FALSE(step.forward || step.answer);
  EXPECT_THAT(step.start, IsEmpty());
}

TEST_F(forking, a_second_success_goes_upstream_too) {
  EXPECT_TRUE(receive(2, 200).forward);
  EXPECT_TRUE(receive(0, 200).forward);
}

TEST_F(forking, the_next_group_is_tried_when_the_first_has_failed) {
  auto step = receive(0, 486);
  EXPECT_FALSE(step.forward);
  EXPECT_THAT(step.start, IsEmpty());
  step = receive(2, 404);
  EXPECT_FALSE(step.forward);
  EXPECT_THAT(step.start, ElementsAre(1));
  step = receive(1, 200);
  EXPECT_EQ(step.forward->status(), 200u);
}

TEST_F(forking, the_best_failure_goes_upstream_in_the_end) {
  receive(0, 500);
  receive(2, 486);
  auto step = receive(1, 401);
  ASSERT_TRUE(step.forward);
  EXPECT_EQ(step.forward->status(), 401u);
  EXPECT_TRUE(subject.done());
}

TEST_F(forking, a_global_failure_ends_the_search) {
  auto step = receive(0, 603);
  EXPECT_FALSE(step.forward);
  EXPECT_THAT(step.cancel, ElementsAre(2));
  EXPECT_THAT(step.start, IsEmpty());
  step = receive(2, 487);
  EXPECT_EQ(step.forward->status(), 603u);
  EXPECT_THAT(step.start, IsEmpty());
}

TEST_F(forking, an_unavailable_server_is_no_reason_to_avoid_us) {
  receive(0, 503);
  receive(2, 503);
  const auto step = receive(1, 503);
  EXPECT_FALSE(step.forward);
  EXPECT_EQ(step.answer, 500u);
}

TEST_F(forking, silence_counts_as_a_timeout) {
  EXPECT_FALSE(subject.failed(0, true).answer);
  EXPECT_THAT(subject.failed(2, false).start, ElementsAre(1));
  EXPECT_EQ(subject.failed(1, false).answer, 408u);
}

TEST_F(forking, a_real_answer_is_better_than_silence) {
  EXPECT_FALSE(subject.failed(0, true).answer);
  receive(2, 486);
  EXPECT_EQ(subject.failed(1, true).forward->status(), 486u);
}

TEST_F(forking, a_cancelled_call_tries_nobody_else) {
  auto step = subject.cancel();
  EXPECT_THAT(step.cancel, ElementsAre(0, 2));
  EXPECT_FALSE(step.answer);
  receive(0, 487);
  step = receive(2, 487);
  EXPECT_THAT(step.start, IsEmpty());
  EXPECT_EQ(step.forward->status(), 487u);
}

TEST(forking_without_targets, answers_480) {
  response_context subject{{}};
  EXPECT_EQ(subject.start().answer, 480u);
}

} // namespace carillon::sip
