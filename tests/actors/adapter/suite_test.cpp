#include "actors/crypto_worker.hpp"
#include "tests/actors/adapter/adapter_fixture.hpp"

#include <caf/all.hpp>

namespace carillon::test {

namespace {

using identity::security_mode;
using identity::suite;

/// Passes everything on to a worker, and counts the jobs.
crypto_worker_actor::behavior_type
counting_worker(crypto_worker_actor::pointer self, crypto_worker_actor real,
                size_t* jobs) {
  return {
    [=](check_atom what, const p2psip::shared_bytes& record) {
      return self->delegate(real, what, record);
    },
    [=](load_atom what, const p2psip::shared_bytes& record) {
      return self->delegate(real, what, record);
    },
    [=](check_atom what, const answer_check& given) {
      return self->delegate(real, what, given);
    },
    [=](seal_atom what, const identity::answer& given,
        const node_identity_ptr& node) {
      return self->delegate(real, what, given, node);
    },
    [=](seal_atom what, const crypto_job_ptr& job) {
      ++*jobs;
      return self->delegate(real, what, job);
    },
  };
}

class suites
  : public two_users
  , public testing::WithParamInterface<security_mode> {
public:
  suites() {
    settings.security = GetParam();
    vault->suites["alice"] = suite::rsa;
  }

  ~suites() override {
    if (counter_)
      caf::anon_send_exit(counter_, caf::exit_reason::kill);
  }

  /// Starts the node again, with a worker that counts.
  void count_jobs() {
    stop_node();
    counter_ = ring->system.spawn(counting_worker,
                                  ring->context->workers.front(), &jobs);
    auto counted = std::make_shared<node_context>(*ring->context);
    counted->workers = {counter_};
    node_view = std::move(counted);
    start_node();
  }

  size_t jobs = 0;

private:
  crypto_worker_actor counter_;
};

} // namespace

TEST_P(suites, a_user_with_rsa_keys_calls_and_is_called) {
  start();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  ASSERT_EQ(register_phone(bob).status(), 200u);
  EXPECT_EQ(must(read_key("alice").bundle).bundle.keys.suite(), suite::rsa);
  EXPECT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_EQ(call(bob, "alice").status(), 302u);
}

TEST_P(suites, workers_sign_with_rsa_keys_and_adapters_with_others) {
  start();
  count_jobs();
  ASSERT_EQ(register_phone(bob).status(), 200u);
  EXPECT_EQ(jobs, 0u);
  ASSERT_EQ(register_phone(alice).status(), 200u);
  const auto registering = std::exchange(jobs, 0);
  EXPECT_GE(registering, 1u);
  // A refresh signs the location.
  ring->advance(1s);
  ASSERT_EQ(register_phone(alice).status(), 200u);
  EXPECT_EQ(std::exchange(jobs, 0), 1u);
  ASSERT_EQ(call(alice, "bob").status(), 302u);
  EXPECT_GE(std::exchange(jobs, 0), 1u);
  ASSERT_EQ(call(bob, "alice").status(), 302u);
  EXPECT_GE(jobs, 1u);
}

TEST_P(suites, a_rotation_may_change_the_suite) {
  start();
  ASSERT_EQ(register_phone(alice).status(), 200u);
  ASSERT_EQ(register_phone(bob).status(), 200u);
  ASSERT_EQ(call(bob, "alice").status(), 302u);
  stop_node();
  vault->suites.clear();
  vault->rotate("alice");
  ring->advance(1s);
  start_node();
  ring->advance(2s);
  EXPECT_FALSE(vault->holds_predecessor("alice"));
  EXPECT_EQ(must(read_key("alice").bundle).bundle.keys.suite(),
            suite::ed25519_x25519);
  EXPECT_EQ(call(bob, "alice").status(), 302u);
  EXPECT_FALSE(log_holds("ALARM"));
}

INSTANTIATE_TEST_SUITE_P(modes, suites,
                         testing::Values(security_mode::signed_mode,
                                         security_mode::protected_mode));

} // namespace carillon::test
