#include "bench/load/load_phones.hpp"

#include <algorithm>

namespace carillon {

namespace {

constexpr auto registered_status = 200u;
constexpr auto redirected_status = 302u;

} // namespace

load_phones::load_phones(const std::string& prefix, size_t users,
                         const std::string& domain, const std::string& address)
  : domain_(domain) {
  const auto last_number = std::make_shared<uint64_t>(0);
  for (size_t i = 0; i < users; ++i) {
    auto name = prefix + std::to_string(i);
    phone_requests requests{name, domain, address, last_number};
    phones_.push_back({std::move(name), std::move(requests)});
  }
}

sip::message load_phones::make_register(size_t user,
                                        std::chrono::seconds lifetime) {
  auto& [name, requests] = phones_[user];
  return requests.make_register(name, lifetime);
}

sip::message load_phones::make_invite(size_t caller, size_t callee) {
  return phones_[caller].requests.make_invite(phones_[callee].name);
}

sip::message load_phones::make_options() {
  const auto uri = "sip:" + domain_;
  return phones_.front().requests.make(sip::methods::options, uri,
                                       "<" + uri + ">");
}

// -- register -----------------------------------------------------------------

sip::message register_source::make(size_t operation) {
  return phones_->make_register(operation % phones_->size(), lifetime_);
}

std::optional<std::string>
register_source::judge(size_t, const sip::message& answer) const {
  if (answer.status() == registered_status)
    return std::nullopt;
  return std::to_string(answer.status());
}

// -- call ---------------------------------------------------------------------

size_t call_source::distinct_pairs(size_t users) noexcept {
  return users * (users - 1) / 2;
}

call_source::pair call_source::parties(size_t operation) const noexcept {
  const auto users = phones_->size();
  const auto caller = operation % users;
  // First each calls the next one, then the one after that, and so on. Of an
  // even number of users the last round has half as many calls.
  const auto distance = which_ == pairs::same ? 1 : 1 + operation / users;
  return {caller, (caller + distance) % users};
}

sip::message call_source::make(size_t operation) {
  const auto [caller, callee] = parties(operation);
  return phones_->make_invite(caller, callee);
}

std::optional<std::string>
call_source::judge(size_t operation, const sip::message& answer) const {
  if (answer.status() != redirected_status)
    return std::to_string(answer.status());
  const auto wanted = phones_->contact(parties(operation).callee);
  const auto is_wanted = [&](const sip::name_addr& contact) {
    return contact.address == wanted;
  };
  if (std::ranges::any_of(answer.contacts(), is_wanted))
    return std::nullopt;
  return "302 to another contact";
}

} // namespace carillon
