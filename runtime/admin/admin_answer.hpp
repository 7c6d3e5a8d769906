#pragma once

#include "protocols/error.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>

namespace carillon {

/// What the admin interface answers to one request.
struct admin_answer {
  /// RFC 9110 section 15.
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  /// Methods that would be right, for a 405.
  std::string allow;
  /// Called when the answer was sent; may be empty.
  std::function<void()> afterwards;
};

/// Takes an answer; called once, on any thread.
using take_admin_answer = std::function<void(admin_answer)>;

/// Makes an answer of JSON. What is no UTF-8 is replaced.
[[nodiscard]] admin_answer make_answer(const nlohmann::json& body,
                                       unsigned status = 200);

/// Makes the answer `{"error": ...}` to what cannot be done.
/// @param why for people.
[[nodiscard]] admin_answer make_refusal(unsigned status,
                                        const std::string& why);

/// Makes the answer to what has failed: 400 for bad input, 404 for what is not
/// there, else 503.
[[nodiscard]] admin_answer make_refusal(const error& why);

} // namespace carillon
