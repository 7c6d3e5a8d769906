#pragma once

#include "protocols/sip/parameters.hpp"

#include <sofia-sip/su_alloc.h>

/// What the files that call Sofia-SIP's parser share; nobody else includes
/// this.
namespace carillon::sip {

/// Owns the memory of one parsing job. The parser's results live as long as
/// their home.
class sofia_home {
public:
  sofia_home() {
    su_home_init(&home_);
  }

  sofia_home(const sofia_home&) = delete;

  sofia_home& operator=(const sofia_home&) = delete;

  ~sofia_home() {
    su_home_deinit(&home_);
  }

  su_home_t* get() noexcept {
    return &home_;
  }

private:
  su_home_t home_{};
};

/// Copies the parser's list of "name=value" texts, which may be null.
/// @returns nothing when a name is repeated, or for more than
///          `defaults::max_parameters`.
[[nodiscard]] std::optional<parameters>
copy_parameters(const char* const* list);

} // namespace carillon::sip
