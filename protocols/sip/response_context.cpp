#include "protocols/sip/response_context.hpp"

#include "protocols/sip/proxy.hpp"

#include <algorithm>
#include <array>

namespace carillon::sip {

namespace {

constexpr unsigned trying = 100;
constexpr unsigned first_final = 200;
constexpr unsigned first_failure = 300;
constexpr unsigned first_global_failure = 600;
constexpr unsigned request_timeout = 408;
constexpr unsigned temporarily_unavailable = 480;
constexpr unsigned request_terminated = 487;
constexpr unsigned server_error = 500;
constexpr unsigned unavailable = 503;

/// Orders final responses, the best first: 6xx, then the lowest class, and in
/// it those that tell the caller how to do better (section 16.7 item 6).
unsigned rank(unsigned status) {
  constexpr auto helpful = std::to_array({401u, 407u, 415u, 420u, 484u});
  if (status >= first_global_failure)
    return 0;
  const bool preferred =
    std::find(helpful.begin(), helpful.end(), status) != helpful.end();
  return status / 100 * 2 + (preferred ? 0 : 1);
}

} // namespace

response_context::response_context(std::vector<fork_target> targets)
  : targets_{std::move(targets)}
  , states_(targets_.size(), branch_state::waiting) {
  // nop
}

response_context::step response_context::start() {
  return proceed();
}

response_context::step response_context::receive(size_t branch,
                                                 const message& response) {
  step out;
  const auto status = response.status();
  if (status < first_final) {
    if (status > trying && !done_)
      out.forward = prepare_response(response);
    return out;
  }
  states_[branch] = branch_state::ended;
  if (status < first_failure) {
    // Every 2xx goes upstream, even after the first: each made a dialog.
    out.forward = prepare_response(response);
    done_ = true;
    search_ended_ = true;
    cancel_pending(out);
    return out;
  }
  if (done_)
    return out;
  consider(response);
  if (status < first_global_failure)
    return proceed();
  search_ended_ = true;
  out = proceed();
  cancel_pending(out);
  return out;
}

response_context::step response_context::failed(size_t branch, bool timed_out) {
  states_[branch] = branch_state::ended;
  // An answer "timed out" says more than "could not be sent".
  if (!fallback_ || timed_out)
    fallback_ = timed_out ? request_timeout : server_error;
  return done_ ? step{} : proceed();
}

response_context::step response_context::cancel() {
  search_ended_ = true;
  fallback_ = request_terminated;
  step out;
  if (!done_)
    out = proceed();
  cancel_pending(out);
  return out;
}

response_context::step response_context::proceed() {
  step out;
  const auto pending =
    std::count(states_.begin(), states_.end(), branch_state::pending);
  if (pending == 0 && !search_ended_)
    start_next_group(out);
  if (pending == 0 && out.start.empty())
    finish(out);
  return out;
}

void response_context::cancel_pending(step& out) {
  for (size_t i = 0; i < states_.size(); ++i)
    if (states_[i] == branch_state::pending)
      out.cancel.push_back(i);
}

void response_context::start_next_group(step& out) {
  std::optional<unsigned> best;
  for (size_t i = 0; i < targets_.size(); ++i)
    if (states_[i] == branch_state::waiting)
      best = std::max(best.value_or(0), targets_[i].q);
  for (size_t i = 0; i < targets_.size(); ++i)
    if (states_[i] == branch_state::waiting && targets_[i].q == best) {
      states_[i] = branch_state::pending;
      out.start.push_back(i);
    }
}

void response_context::finish(step& out) {
  done_ = true;
  if (!best_) {
    out.answer = fallback_.value_or(temporarily_unavailable);
  } else if (best_->status() == unavailable) {
    // A 503 would make the caller avoid this proxy (section 16.7 item 6).
    out.answer = server_error;
  } else {
    out.forward = prepare_response(*best_);
  }
}

void response_context::consider(const message& response) {
  if (!best_ || rank(response.status()) < rank(best_->status()))
    best_ = response;
}

} // namespace carillon::sip
