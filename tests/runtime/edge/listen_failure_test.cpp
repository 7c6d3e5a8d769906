#include "runtime/edge/listen_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace carillon;
using testing::AllOf;
using testing::HasSubstr;
namespace sys = boost::system::errc;

namespace {

std::string text_of(sys::errc_t reason) {
  const auto why = listen_failure(sys::make_error_code(reason));
  EXPECT_EQ(why.code, errc::cannot_listen);
  return why.detail;
}

} // namespace

TEST(listen_failure, comes_with_an_advice) {
  EXPECT_THAT(text_of(sys::address_in_use),
              AllOf(HasSubstr("in use"), HasSubstr("end the program")));
  EXPECT_THAT(text_of(sys::permission_denied),
              AllOf(HasSubstr("denied"), HasSubstr("below 1024")));
  EXPECT_THAT(text_of(sys::address_not_available),
              AllOf(HasSubstr("assign"), HasSubstr("ip address")));
  EXPECT_THAT(text_of(sys::address_family_not_supported), HasSubstr("IPv4"));
}
