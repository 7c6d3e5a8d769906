#include "bench/demo/test_phone.hpp"
#include "protocols/sip/parser.hpp"
#include "tests/runtime/edge/test_socket.hpp"
#include "tests/system/node_process.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <optional>

using namespace carillon;
using namespace carillon::test;
using namespace std::chrono_literals;

namespace {

constexpr auto disk_size = "128m";

/// Gives the command that runs another one with mounts of its own, or nothing
/// when this user may not have them.
std::optional<std::vector<std::string>>
own_mounts(const std::filesystem::path& directory) {
  for (const auto* how : {"-m", "-rm"}) {
    child_process probe{
      {"unshare", how, "mount", "-t", "tmpfs", "none", directory.string()},
      directory / "probe"};
    if (probe.wait(10s) == 0)
      return std::vector<std::string>{"unshare", how};
  }
  return std::nullopt;
}

/// Fills the disk that a file is to be on.
void fill(const std::filesystem::path& file) {
  const auto descriptor =
    ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_GE(descriptor, 0) << file;
  // Whatever is left over is taken by ever smaller pieces.
  for (size_t size = 1 << 20; size > 0; size /= 2) {
    const std::string block(size, 'x');
    while (::write(descriptor, block.data(), size) > 0) {
    }
  }
  ::close(descriptor);
}

test_phone open_phone(const std::string& user, const node_process& node) {
  auto result = test_phone::open(user, "example.org", node.adapter("udp"), 30s);
  if (!result)
    throw std::runtime_error{to_string(result.error())};
  return std::move(*result);
}

unsigned status_of(const expected<sip::message>& answer) {
  return answer ? answer->status() : 0;
}

/// Registers bob with contacts that take space again and again, as the store
/// has claimed some already.
/// @returns the status of the first answer that is not 200.
unsigned register_until_refused(const node_process& node) {
  constexpr auto contacts = 14;
  constexpr auto parameter_size = 1000;
  auto phone =
    test_socket::connected_to({sip::transport::udp, node.adapter("udp")});
  const auto port = to_string(phone.local().address);
  for (int i = 1;; ++i) {
    const auto number = std::to_string(i);
    auto request = "REGISTER sip:example.org SIP/2.0\r\n"
                   "Via: SIP/2.0/UDP "
      + port + ";rport;branch=z9hG4bK-" + number
      + "\r\n"
        "From: <sip:bob@example.org>;tag=1\r\n"
        "To: <sip:bob@example.org>\r\n"
        "Call-ID: full-disk\r\n"
        "CSeq: "
      + number + " REGISTER\r\n";
    for (int k = 0; k < contacts; ++k)
      request += "Contact: <sip:bob-" + std::to_string(k) + "@" + port
        + ">;x=" + std::string(parameter_size, 'x') + "\r\n";
    phone.send(request + "\r\n");
    const auto answer = sip::parse_message(as_bytes(phone.receive()));
    if (!answer || answer->status() != 200)
      return answer ? answer->status() : 0;
  }
}

} // namespace

TEST(full_disk, is_told_to_phones_and_outlived) {
  node_process node;
  auto wrapper = own_mounts(node.directory());
  if (!wrapper)
    GTEST_SKIP() << "this user may not mount a file system";
  std::filesystem::create_directory(node.data_dir());
  const auto mount = "mount -t tmpfs -o size=" + std::string{disk_size}
    + ",mode=700 none '" + node.data_dir().string() + "' && exec \"$@\"";
  for (const auto* part : {"sh", "-c", mount.c_str(), "sh"})
    wrapper->emplace_back(part);
  ASSERT_TRUE(node.start_ready(*wrapper)) << node.process().output();
  auto bob = open_phone("bob", node);
  ASSERT_EQ(status_of(bob.register_here()), 200u) << node.process().output();
  // The mounts of a process can be seen through /proc.
  const auto ballast = "/proc/" + std::to_string(node.process().id()) + "/root"
    + (node.data_dir() / "ballast").string();
  ASSERT_NO_FATAL_FAILURE(fill(ballast));
  auto alice = open_phone("alice", node);
  EXPECT_EQ(status_of(alice.register_here()), 500u) << node.process().output();
  ASSERT_EQ(register_until_refused(node), 500u) << node.process().output();
  // A call has to be noted, so that nobody can replay it.
  EXPECT_EQ(status_of(bob.call("bob")), 503u) << node.process().output();
  ASSERT_EQ(::unlink(ballast.c_str()), 0);
  EXPECT_EQ(status_of(alice.register_here()), 200u) << node.process().output();
  EXPECT_EQ(status_of(bob.register_here()), 200u) << node.process().output();
  EXPECT_EQ(status_of(alice.call("bob")), 302u) << node.process().output();
  node.process().send(SIGTERM);
  EXPECT_EQ(node.process().wait(10s), 0) << node.process().output();
}
