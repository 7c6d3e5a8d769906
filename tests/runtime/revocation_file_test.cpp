#include "runtime/pki_authority.hpp"
#include "runtime/revocation_file.hpp"
#include "runtime/revocation_watch.hpp"
#include "tests/support/temporary_directory.hpp"

#include <botan/auto_rng.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace carillon;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

namespace fs = std::filesystem;

constexpr timestamp now{std::chrono::days{20'000}};

/// Keeps the warnings.
class warning_sink final : public log_sink {
public:
  [[nodiscard]] bool enabled(log_level level,
                             subsystem) const noexcept override {
    return level <= log_level::warning;
  }

  void write(log_level, subsystem, std::string_view,
             std::string_view message) noexcept override {
    warnings.emplace_back(message);
  }

  std::vector<std::string> warnings;
};

std::string read(const fs::path& file) {
  std::ostringstream result;
  result << std::ifstream{file}.rdbuf();
  return result.str();
}

class revocation_files : public testing::Test {
protected:
  revocation_files() {
    make_authority(directory.path());
    enroll("alice");
    enroll("bob");
    revoke("alice", now);
  }

  void make_authority(const fs::path& where) {
    ASSERT_TRUE(carillon::make_authority(where, "Example", suite, years, rng));
  }

  void enroll(const std::string& name) {
    ASSERT_TRUE(make_user(directory.path(), directory.path() / "data",
                          {name, "example.org"}, suite, years, rng));
  }

  [[nodiscard]] fs::path certificate_of(const std::string& name) const {
    return directory.path() / "data" / "users" / (name + ".cert.pem");
  }

  void revoke(const std::string& name, timestamp when) {
    ASSERT_TRUE(revoke_in(directory.path(), certificate_of(name),
                          {when, when + 30 * 24h}, rng));
  }

  void write(const std::string& text) const {
    std::ofstream{list} << text;
  }

  [[nodiscard]] std::vector<bytes> certificates_in(const fs::path& file) const {
    return *identity::certificates_from_pem(read(file));
  }

  [[nodiscard]] bool is_revoked(const std::string& name) const {
    const auto good =
      revoked->get()->check(certificates_in(certificate_of(name)));
    return !good && good.error().code == errc::revoked;
  }

  revocation_file open() {
    return {list,
            certificates_in(directory.path() / "ca.pem"),
            revoked,
            {sink, subsystem::identity}};
  }

  static constexpr auto suite = identity::suite::ed25519_x25519;
  static constexpr identity::validity years{now - 24h, now + 10'000 * 24h};
  test::temporary_directory directory;
  fs::path list = directory.path() / "ca.crl";
  Botan::AutoSeeded_RNG rng;
  std::shared_ptr<revocations> revoked = std::make_shared<revocations>();
  std::shared_ptr<warning_sink> sink = std::make_shared<warning_sink>();
};

} // namespace

TEST_F(revocation_files, are_in_force_once_loaded) {
  auto file = open();
  EXPECT_FALSE(is_revoked("alice"));
  ASSERT_TRUE(file.load());
  EXPECT_TRUE(is_revoked("alice"));
  EXPECT_FALSE(is_revoked("bob"));
}

TEST_F(revocation_files, that_are_missing_or_bad_name_the_key) {
  const auto expect_refused = [&](const char* text) {
    const auto loaded = open().load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, errc::invalid_configuration);
    EXPECT_THAT(loaded.error().detail,
                AllOf(HasSubstr("identity.revoked"), HasSubstr(list.string()),
                      HasSubstr(text)));
  };
  write("junk");
  expect_refused("no revocation list");
  fs::remove(list);
  expect_refused("there is no such file");
  const auto other = directory.path() / "other";
  make_authority(other);
  ASSERT_TRUE(make_user(other, directory.path() / "elsewhere",
                        {"carol", "example.org"}, suite, years, rng));
  ASSERT_TRUE(revoke_in(other,
                        directory.path() / "elsewhere/users/carol.cert.pem",
                        {now, now + 24h}, rng));
  fs::copy_file(other / "ca.crl", list);
  expect_refused("no authority of the ring");
}

TEST_F(revocation_files, are_taken_anew_when_they_change) {
  auto file = open();
  ASSERT_TRUE(file.load());
  const auto before = revoked->get();
  file.look(now);
  // What has not changed is not read again.
  EXPECT_EQ(revoked->get(), before);
  revoke("bob", now);
  file.look(now);
  EXPECT_TRUE(is_revoked("alice"));
  EXPECT_TRUE(is_revoked("bob"));
  EXPECT_THAT(sink->warnings, IsEmpty());
}

TEST_F(revocation_files, that_turn_bad_leave_the_list_before_in_force) {
  auto file = open();
  ASSERT_TRUE(file.load());
  write(read(list).substr(0, 100));
  file.look(now);
  file.look(now);
  EXPECT_TRUE(is_revoked("alice"));
  EXPECT_THAT(sink->warnings, ElementsAre(HasSubstr("stays in force")));
  fs::remove(list);
  file.look(now);
  file.look(now);
  EXPECT_TRUE(is_revoked("alice"));
  EXPECT_THAT(
    sink->warnings,
    ElementsAre(HasSubstr("stays in force"), HasSubstr("no such file")));
}

TEST_F(revocation_files, past_their_next_update_are_told_of_once_a_day) {
  auto file = open();
  ASSERT_TRUE(file.load());
  file.look(now + 29 * 24h);
  EXPECT_THAT(sink->warnings, IsEmpty());
  file.look(now + 30 * 24h);
  file.look(now + 30 * 24h + 23h);
  EXPECT_THAT(sink->warnings, ElementsAre(HasSubstr("next update")));
  EXPECT_TRUE(is_revoked("alice"));
  file.look(now + 31 * 24h);
  EXPECT_EQ(sink->warnings.size(), 2u);
  revoke("alice", now + 31 * 24h);
  file.look(now + 32 * 24h);
  EXPECT_EQ(sink->warnings.size(), 2u);
}

TEST_F(revocation_files, are_watched) {
  struct fixed_clock final : clock {
    [[nodiscard]] timestamp now() const noexcept override {
      return ::now;
    }
  };
  auto file = open();
  ASSERT_TRUE(file.load());
  const revocation_watch watch{std::move(file), std::make_shared<fixed_clock>(),
                               1ms};
  revoke("bob", now);
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (!is_revoked("bob") && std::chrono::steady_clock::now() < end)
    std::this_thread::yield();
  EXPECT_TRUE(is_revoked("bob"));
}
