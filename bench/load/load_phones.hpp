#pragma once

#include "bench/load/load_source.hpp"
#include "bench/simulation/phone_requests.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace carillon {

/// The phones of users who share one address, as those of SIPp do. To an
/// adapter they are phones like others: it knows them by the address and port
/// that they have registered from.
class load_phones {
public:
  /// @param prefix what users' names begin with; a number follows.
  /// @param domain the host of their addresses.
  /// @param address where all of them listen: "host:port".
  load_phones(const std::string& prefix, size_t users,
              const std::string& domain, const std::string& address);

  [[nodiscard]] size_t size() const noexcept {
    return phones_.size();
  }

  [[nodiscard]] const std::string& name(size_t user) const {
    return phones_[user].name;
  }

  /// Makes the REGISTER of a user's phone.
  /// @param lifetime 0 takes the registration back.
  [[nodiscard]] sip::message make_register(size_t user,
                                           std::chrono::seconds lifetime);

  /// Makes an INVITE.
  [[nodiscard]] sip::message make_invite(size_t caller, size_t callee);

  /// Makes an OPTIONS to the domain, which any node answers.
  [[nodiscard]] sip::message make_options();

  /// Gives the URI at which a user's phone can be called.
  [[nodiscard]] std::string contact(size_t user) const {
    return phones_[user].requests.contact();
  }

private:
  struct phone {
    std::string name;
    phone_requests requests;
  };

  std::string domain_;
  std::vector<phone> phones_;
};

/// Users who register, one after the other and then all over again.
class register_source final : public load_source {
public:
  /// @param phones must outlive the object.
  /// @param lifetime as of `load_phones::make_register`.
  register_source(load_phones& phones, std::chrono::seconds lifetime) noexcept
    : phones_(&phones)
    , lifetime_(lifetime) {}

  [[nodiscard]] sip::message make(size_t operation) override;

  /// Wants a 200.
  [[nodiscard]] std::optional<std::string>
  judge(size_t operation, const sip::message& answer) const override;

private:
  load_phones* phones_;
  std::chrono::seconds lifetime_;
};

/// Users who call each other.
class call_source final : public load_source {
public:
  /// The numbers of two different users.
  struct pair {
    size_t caller = 0;
    size_t callee = 0;

    bool operator==(const pair&) const = default;
  };

  enum class pairs : uint8_t {
    /// Each user calls the next one, over and over.
    same,
    /// No two users call each other twice, whoever calls, for
    /// `distinct_pairs` calls. The first of them are those of `same`.
    distinct
  };

  /// @param phones at least two; must outlive the object.
  call_source(load_phones& phones, pairs which) noexcept
    : phones_(&phones)
    , which_(which) {}

  /// Gives how many calls there are before two users have to call each other
  /// again.
  [[nodiscard]] static size_t distinct_pairs(size_t users) noexcept;

  /// Gives who calls whom.
  [[nodiscard]] pair parties(size_t operation) const noexcept;

  [[nodiscard]] sip::message make(size_t operation) override;

  /// Wants a 302 to the contact that the callee has registered.
  [[nodiscard]] std::optional<std::string>
  judge(size_t operation, const sip::message& answer) const override;

private:
  load_phones* phones_;
  pairs which_;
};

} // namespace carillon
