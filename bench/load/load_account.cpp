#include "bench/load/load_account.hpp"

#include <algorithm>

namespace carillon {

void load_account::begin(time intended, time begun) {
  ++offered_;
  lateness_.add(begun - intended);
  last_begun_ = std::max(last_begun_, begun);
}

void load_account::succeed(time intended, time answered) {
  latency_.add(answered - intended);
  last_ended_ = std::max(last_ended_, answered);
}

void load_account::fail(std::string_view kind, time ended) {
  ++failed_;
  auto known = kinds_.find(kind);
  if (known == kinds_.end())
    known = kinds_.emplace(kind, 0).first;
  ++known->second;
  last_ended_ = std::max(last_ended_, ended);
}

double load_account::failures() const noexcept {
  if (offered_ == 0)
    return 0;
  return static_cast<double>(failed_) / static_cast<double>(offered_);
}

double load_account::offered_per_second(time planned) const noexcept {
  return rate(offered_, std::max(planned, last_begun_));
}

double load_account::answered_per_second(time planned) const noexcept {
  return rate(answered(), std::max(planned, last_ended_));
}

} // namespace carillon
