#include "protocols/sip/registrar.hpp"

#include "protocols/sip/text.hpp"

#include <algorithm>

namespace carillon::sip {

namespace {

constexpr unsigned bad_request = 400;
constexpr unsigned forbidden = 403;
constexpr unsigned interval_too_brief = 423;
constexpr unsigned server_error = 500;
constexpr unsigned unavailable = 503;

/// Lifetimes from one hour on are never "too brief" (RFC 3261 section 10.3
/// step 7).
constexpr uint32_t one_hour = 3600;

/// What a malformed lifetime counts as (same place).
constexpr uint32_t malformed_expires = 3600;

registrar::outcome refuse(unsigned status, std::string why) {
  return {status, std::move(why), false};
}

/// One contact of a REGISTER and the seconds it asks for.
struct change {
  binding value;
  uint32_t seconds = 0;
};

/// Tells whether a REGISTER may touch a binding: it is of another Call-ID or
/// later than the one that made it.
bool supersedes(const message& request, const binding& old) {
  return request.call_id() != old.call_id || request.cseq().number > old.cseq;
}

uint32_t requested_seconds(const message& request, const name_addr& contact,
                           uint32_t default_seconds) {
  if (const auto param = contact.params.get("expires"))
    return to_number(*param).value_or(malformed_expires);
  if (request.first("Expires"))
    return request.expires().value_or(malformed_expires);
  return default_seconds;
}

/// Reads one Contact of a REGISTER.
tl::expected<change, registrar::outcome>
read_contact(const message& request, name_addr contact, const flow& source,
             const registrar::config& limits, timestamp now) {
  if (to_string(contact).size() > defaults::max_contact_size)
    return tl::unexpected{refuse(bad_request, "the contact is too long")};
  auto target = uri::parse(contact.address);
  if (!target)
    return tl::unexpected{refuse(bad_request, to_string(target.error()))};
  if (const auto good = check_contact(*target, source); !good)
    return tl::unexpected{refuse(forbidden, good.error().detail)};
  const auto q = contact.q();
  if (!q)
    return tl::unexpected{refuse(bad_request, "malformed q-value")};
  auto seconds = requested_seconds(request, contact, limits.default_expires);
  if (seconds > 0 && seconds < one_hour && seconds < limits.min_expires)
    return tl::unexpected{refuse(interval_too_brief,
                                 "a lifetime of " + std::to_string(seconds)
                                   + " s, the shortest is "
                                   + std::to_string(limits.min_expires))};
  seconds = std::min(seconds, limits.max_expires);
  contact.params.remove("expires");
  contact.params.remove("q");
  change result;
  result.seconds = seconds;
  result.value = {std::move(contact),
                  std::move(*target),
                  *q,
                  request.call_id(),
                  request.cseq().number,
                  now + std::chrono::seconds{seconds},
                  source};
  return result;
}

auto same_target(const uri& target) {
  return [&target](const binding& item) {
    return equivalent(item.target, target);
  };
}

} // namespace

registrar::outcome registrar::apply(const message& request, const flow& source,
                                    timestamp now) {
  auto contacts = request.contacts();
  const auto is_wildcard = [](const name_addr& contact) {
    return contact.address == "*";
  };
  if (std::any_of(contacts.begin(), contacts.end(), is_wildcard)) {
    if (contacts.size() != 1 || request.expires() != 0u)
      return refuse(bad_request, "misused wildcard Contact");
    return remove_all(request, now);
  }
  auto next = *this;
  next.expire(now);
  for (auto& contact : contacts) {
    auto read = read_contact(request, std::move(contact), source, config_, now);
    if (!read)
      return read.error();
    // The order of requests is judged by what was there before this one, in
    // which a contact may stand twice.
    const auto old = std::find_if(bindings_.begin(), bindings_.end(),
                                  same_target(read->value.target));
    if (old != bindings_.end() && old->expires > now
        && !supersedes(request, *old))
      return refuse(server_error, "CSeq out of order");
    std::erase_if(next.bindings_, same_target(read->value.target));
    if (read->seconds > 0)
      next.bindings_.push_back(std::move(read->value));
    if (next.bindings_.size() > config_.max_bindings)
      return refuse(unavailable, "too many contacts");
  }
  *this = std::move(next);
  return {200, {}, !contacts.empty()};
}

registrar::outcome registrar::remove_all(const message& request,
                                         timestamp now) {
  expire(now);
  const auto blocked = [&](const binding& item) {
    return !supersedes(request, item);
  };
  if (std::any_of(bindings_.begin(), bindings_.end(), blocked))
    return refuse(server_error, "CSeq out of order");
  const bool changed = !bindings_.empty();
  bindings_.clear();
  return {200, {}, changed};
}

void registrar::describe(message& response, timestamp now) const {
  if (response.status() == interval_too_brief)
    response.set("Min-Expires", std::to_string(config_.min_expires));
  if (response.status() != 200)
    return;
  for (const auto& item : bindings(now)) {
    auto contact = item.contact;
    const auto left =
      std::chrono::ceil<std::chrono::seconds>(item.expires - now);
    contact.params.set("q", print_q(item.q));
    contact.params.set("expires", std::to_string(left.count()));
    response.append("Contact", to_string(contact));
  }
}

std::vector<binding> registrar::bindings(timestamp now) const {
  std::vector<binding> result;
  // A refreshed binding moves to the end, so the reverse order is by age.
  std::copy_if(bindings_.rbegin(), bindings_.rend(), std::back_inserter(result),
               [&](const binding& item) { return item.expires > now; });
  std::stable_sort(
    result.begin(), result.end(),
    [](const binding& x, const binding& y) { return x.q > y.q; });
  return result;
}

std::vector<std::string> registrar::redirect_contacts(timestamp now) const {
  std::vector<std::string> result;
  for (const auto& item : bindings(now)) {
    name_addr contact;
    contact.address = item.contact.address;
    contact.params.set("q", print_q(item.q));
    result.push_back(to_string(contact));
  }
  return result;
}

bool registrar::registered_from(const flow& source, timestamp now) const {
  return std::any_of(
    bindings_.begin(), bindings_.end(), [&](const binding& item) {
      return item.expires > now && item.source.kind == source.kind
        && item.source.remote_address == source.remote_address
        && item.source.remote_port == source.remote_port
        && item.source.connection == source.connection;
    });
}

void registrar::restore(binding stored, timestamp now) {
  if (stored.expires > now && bindings_.size() < config_.max_bindings)
    bindings_.push_back(std::move(stored));
}

bool registrar::expire(timestamp now) {
  return std::erase_if(bindings_,
                       [&](const binding& item) { return item.expires <= now; })
    != 0;
}

std::optional<timestamp> registrar::next_expiry() const {
  const auto pos = std::min_element(
    bindings_.begin(), bindings_.end(),
    [](const binding& x, const binding& y) { return x.expires < y.expires; });
  if (pos == bindings_.end())
    return std::nullopt;
  return pos->expires;
}

} // namespace carillon::sip
