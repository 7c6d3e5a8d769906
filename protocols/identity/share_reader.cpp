#include "protocols/identity/share_reader.hpp"

#include <algorithm>
#include <set>

namespace carillon::identity {

namespace {

std::string_view to_string(share_reader::outcome value) {
  switch (value) {
  case share_reader::outcome::good:
    return "good";
  case share_reader::outcome::absent:
    return "absent";
  case share_reader::outcome::invalid:
    return "invalid";
  case share_reader::outcome::silent:
    return "silent";
  }
  return "unknown";
}

/// Tells whether a newer admission takes the place of an older one by itself,
/// as it does at holders (`may_replace`).
bool follows(const admission& newer, const admission& older) {
  return newer.bundle == older.bundle || newer.predecessor == older.bundle
    || newer.certified;
}

} // namespace

share_reader::share_reader(address_of_record aor, const ring_descriptor& ring,
                           verifier& check, size_t known_nodes, uint64_t seed,
                           size_t spare)
  : aor_(std::move(aor))
  , ring_(&ring)
  , check_(&check)
  , needed_nodes_(std::min<size_t>(ring.settings().k, known_nodes))
  , spare_(spare) {
  for (unsigned i = 1; i <= ring.settings().n; ++i)
    waiting_.push_back({static_cast<uint8_t>(i), 0});
  std::mt19937_64 generator{seed};
  std::shuffle(waiting_.begin(), waiting_.end(), generator);
}

// -- asking -------------------------------------------------------------------

std::vector<share_reader::request> share_reader::requests() {
  std::vector<request> result;
  const auto needed = missing();
  if (needed == 0)
    return result;
  while (pending_.size() < needed + spare_) {
    auto& source = !waiting_.empty() ? waiting_
      : !retries_.empty()            ? retries_
                                     : others_;
    if (source.empty() || (&source == &others_ && pending_.size() >= needed))
      break;
    result.push_back(source.front());
    pending_.push_back(source.front());
    source.erase(source.begin());
  }
  return result;
}

bool share_reader::take(const request& asked) {
  return std::erase(pending_, asked) != 0;
}

void share_reader::add_next_replica(const request& asked,
                                    std::vector<request>& queue) const {
  const auto replica = static_cast<uint8_t>(asked.replica + 1);
  if (replica < ring_->settings().replicas)
    queue.push_back({asked.index, replica});
}

// -- answers ------------------------------------------------------------------

void share_reader::on_record(const request& asked, const holder& from,
                             byte_view record, timestamp now) {
  if (!take(asked))
    return;
  auto share = open_share(record, *ring_, *check_, now);
  if (share && (share->admission.aor != aor_ || share->index != asked.index))
    share = fail(errc::share_mismatch, "share of another key");
  if (!share) {
    outcomes_.push_back({from.peer, asked.index, outcome::invalid,
                         carillon::to_string(share.error())});
    add_next_replica(asked, retries_);
    return;
  }
  outcomes_.push_back(
    {from.peer, asked.index, outcome::good, {}, share->admission.epoch});
  // In a small ring all owners may be of fewer nodes than are required: then
  // replicas elsewhere have to confirm.
  add_next_replica(asked, others_);
  votes_.add(asked.index, from.node, share->admission.bundle);
  auto& set = sets_[{share->admission.epoch, share->set}];
  set.nodes.insert(from.node);
  set.shares.try_emplace(asked.index, std::move(*share));
}

void share_reader::on_absent(const request& asked, const holder& from) {
  if (!take(asked))
    return;
  outcomes_.push_back({from.peer, asked.index, outcome::absent, {}});
  votes_.add_absent(asked.index, from.node);
  add_next_replica(asked, retries_);
}

void share_reader::on_invalid(const request& asked, const chord::ring_id& peer,
                              const error& why) {
  if (!take(asked))
    return;
  outcomes_.push_back(
    {peer, asked.index, outcome::invalid, carillon::to_string(why)});
  add_next_replica(asked, retries_);
}

void share_reader::on_silence(const request& asked,
                              const chord::ring_id& peer) {
  if (!take(asked))
    return;
  outcomes_.push_back({peer, asked.index, outcome::silent, {}});
  add_next_replica(asked, retries_);
}

// -- the result ---------------------------------------------------------------

size_t share_reader::lacking(const share_set& set) const {
  const size_t k = ring_->settings().k;
  const auto shares = k - std::min(k, set.shares.size());
  const auto nodes = needed_nodes_ - std::min(needed_nodes_, set.nodes.size());
  return std::max(shares, nodes);
}

size_t share_reader::missing() const {
  // Nobody who could have a say is left out.
  if (is_disputed())
    return ring_->settings().n;
  return sets_.empty() ? lacking({}) : lacking(sets_.rbegin()->second);
}

bool share_reader::finished() const {
  return missing() == 0
    || (waiting_.empty() && retries_.empty() && others_.empty()
        && pending_.empty());
}

expected<rebuilt_bundle> share_reader::result(timestamp now) const {
  std::optional<fingerprint> only;
  if (is_disputed()) {
    only = votes_.winner(ring_->settings().k);
    if (!only)
      return tl::unexpected{why_disputed()};
  }
  // A set that a failed admission left incomplete does not hide the one
  // before.
  const auto newest =
    std::find_if(sets_.rbegin(), sets_.rend(), [&](const auto& entry) {
      return lacking(entry.second) == 0
        && (!only || entry.second.admitted().bundle == *only);
    });
  if (newest == sets_.rend())
    return tl::unexpected{why_not()};
  std::vector<verified_share> shares;
  for (const auto& [index, share] : newest->second.shares)
    shares.push_back(share);
  return combine_shares(shares, *ring_, *check_, now);
}

bool share_reader::is_disputed() const {
  const auto is_break = [](const auto& older, const auto& newer) {
    return !follows(newer.second.admitted(), older.second.admitted());
  };
  return std::adjacent_find(sets_.begin(), sets_.end(), is_break)
    != sets_.end();
}

bool share_reader::is_absent() const {
  std::set<uint8_t> absent;
  for (const auto& seen : outcomes_) {
    if (seen.outcome == outcome::good || seen.outcome == outcome::invalid)
      return false;
    if (seen.outcome == outcome::absent)
      absent.insert(seen.index);
  }
  const auto& settings = ring_->settings();
  return absent.size() > static_cast<size_t>(settings.n - settings.k);
}

error share_reader::why_disputed() const {
  auto detail = "of " + std::to_string(ring_->settings().n) + " shares of "
    + identity::to_string(aor_) + " the holders' majority has";
  const auto counts = votes_.count();
  if (counts.empty())
    detail += " none";
  for (const auto& [key, shares] : counts)
    detail += ' ' + std::to_string(shares) + " of " + key.to_groups() + ',';
  if (detail.back() == ',')
    detail.pop_back();
  return {errc::disputed_key, std::move(detail)};
}

error share_reader::why_not() const {
  if (is_absent())
    return {errc::no_such_record, "key of " + identity::to_string(aor_)};
  const size_t found = sets_.empty() ? 0 : sets_.rbegin()->second.shares.size();
  auto detail = std::to_string(found) + " of "
    + std::to_string(ring_->settings().k) + " found, "
    + std::to_string(needed_nodes_) + " distinct nodes required";
  for (const auto& seen : outcomes_) {
    if (seen.outcome == outcome::good)
      continue;
    detail += "; share " + std::to_string(seen.index) + " "
      + std::string{to_string(seen.outcome)} + " at " + seen.peer.to_hex();
  }
  return {errc::not_enough_shares, std::move(detail)};
}

} // namespace carillon::identity
