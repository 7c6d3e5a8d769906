#pragma once

#include "protocols/sip/message.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace carillon::sip {

/// One place a request can be forwarded to.
struct fork_target {
  std::string address;
  /// In thousandths; equal ones are tried at once, higher ones first.
  unsigned q = 1000;
};

/// Decides which targets of a forked request to try next, which response goes
/// upstream, and what to cancel (RFC 3261 sections 16.6 and 16.7). Branches
/// are named by their index among the targets.
class response_context {
public:
  /// What to do, in this order.
  struct step {
    /// A response to send upstream now, already without this proxy's Via.
    std::optional<message> forward;
    /// Branches to cancel.
    std::vector<size_t> cancel;
    /// Targets to send the request to now.
    std::vector<size_t> start;
    /// No branch is left and nothing was fit to forward: answer with this
    /// status (408, 500 or 480).
    std::optional<unsigned> answer;
  };

  /// @param targets at most as many as the Max-Breadth of the request.
  explicit response_context(std::vector<fork_target> targets);

  /// Begins with the most preferred targets. With no targets: answers 480.
  [[nodiscard]] step start();

  /// Takes a response of a branch. Provisional ones other than 100 and every
  /// 2xx go upstream at once; a 2xx or 6xx cancels the other branches and ends
  /// the search; of the rest the best one goes when all branches have ended.
  [[nodiscard]] step receive(size_t branch, const message& response);

  /// Takes the end of a branch without response: its transaction timed out
  /// (taken for a 408) or could not be sent (taken for a 503).
  [[nodiscard]] step failed(size_t branch, bool timed_out);

  /// The caller cancelled: cancels all branches and tries no further ones.
  [[nodiscard]] step cancel();

  [[nodiscard]] const std::vector<fork_target>& targets() const noexcept {
    return targets_;
  }

  /// Tells whether a final response went upstream.
  [[nodiscard]] bool done() const noexcept {
    return done_;
  }

private:
  enum class branch_state : uint8_t { waiting, pending, ended };

  [[nodiscard]] step proceed();

  void cancel_pending(step& out);

  void start_next_group(step& out);

  void finish(step& out);

  /// Keeps a final response if it is better than the best one so far (section
  /// 16.7 item 6).
  void consider(const message& response);

  std::vector<fork_target> targets_;
  std::vector<branch_state> states_;
  std::optional<message> best_;
  /// The worst that can be said when no response is at hand.
  std::optional<unsigned> fallback_;
  bool search_ended_ = false;
  bool done_ = false;
};

} // namespace carillon::sip
