#include "tests/actors/adapter/adapter_fixture.hpp"

namespace carillon::test {

namespace {

/// Days that are longer than admissions and tickets are good for.
constexpr int many_days = 45;

class renewal : public two_users {
public:
  void pass_days(int days) {
    for (int i = 0; i < days; ++i) {
      ring->jump(24h);
      ring->advance(2s);
    }
  }

  timestamp admitted_until(const std::string& user) {
    return must(read_key(user).bundle).admission.expires;
  }
};

} // namespace

TEST_F(renewal, keeps_users_callable_for_months) {
  start();
  for (int day = 0; day < many_days; ++day) {
    ASSERT_EQ(register_phone(alice).status(), 200u) << "day " << day;
    ASSERT_EQ(register_phone(bob).status(), 200u) << "day " << day;
    pass_days(1);
  }
  ASSERT_EQ(register_phone(alice).status(), 200u);
  ASSERT_EQ(register_phone(bob).status(), 200u);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_GT(admitted_until("bob"), ring->now() + 24h);
  EXPECT_TRUE(log_holds("renewed the ticket of this node"));
  EXPECT_FALSE(log_holds("ALARM"));
}

TEST_F(renewal, keeps_the_name_of_a_user_without_phones) {
  start();
  ASSERT_EQ(register_phone(bob).status(), 200u);
  pass_days(many_days);
  EXPECT_GT(admitted_until("bob"), ring->now() + 24h);
  stop_node();
  vault->replace("bob");
  start_node();
  EXPECT_EQ(register_phone(bob).status(), 403u);
}

TEST_F(renewal, goes_on_after_a_restart) {
  start();
  ASSERT_EQ(register_phone(bob).status(), 200u);
  pass_days(15);
  stop_node();
  start_node();
  pass_days(many_days - 15);
  EXPECT_GT(admitted_until("bob"), ring->now() + 24h);
}

TEST_F(renewal, that_fails_is_tried_again_less_and_less_often) {
  start();
  ASSERT_EQ(register_phone(bob).status(), 200u);
  const auto asked = [this] {
    return steps->count(call_steps::bootstrap_asked);
  };
  ASSERT_EQ(asked(), 1u);
  stop_bootstrap();
  pass_days(21);
  const auto before = asked();
  EXPECT_GE(before, 2u);
  ring->advance(10min);
  EXPECT_GE(asked(), before + 2);
  EXPECT_LE(asked(), before + 5);
  EXPECT_TRUE(log_holds("a renewal of bob has failed"));
  start_bootstrap();
  ring->jump(2h);
  ring->advance(2s);
  EXPECT_GT(admitted_until("bob"), ring->now() + 29 * 24h);
}

TEST_F(renewal, that_is_late_is_no_reason_to_tell_an_old_refusal) {
  how.found = [](identity::ring_settings& founding) {
    founding.admission_lifetime = 40min;
  };
  start();
  stop_bootstrap();
  ASSERT_EQ(register_phone(alice).status(), 503u);
  start_bootstrap();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  stop_bootstrap();
  ring->jump(41min);
  const auto response = call(alice, "bob");
  EXPECT_EQ(response.status(), 503u);
  EXPECT_TRUE(warns(response, "has not admitted the user's keys"))
    << response.first("Warning").value_or("");
}

} // namespace carillon::test
