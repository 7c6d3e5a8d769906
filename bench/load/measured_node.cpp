#include "bench/load/measured_node.hpp"

#include "bench/defaults.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace carillon {

namespace {

constexpr auto own_program = "/proc/self/exe";
constexpr auto loopback = "127.0.0.1";
constexpr std::string_view udp_address = " udp:127.0.0.1:";
constexpr std::string_view ready_line = " ready\n";

/// A command or an environment as exec(2) wants it.
class string_pointers {
public:
  explicit string_pointers(std::vector<std::string> strings)
    : strings_(std::move(strings)) {
    for (auto& each : strings_)
      pointers_.push_back(each.data());
    pointers_.push_back(nullptr);
  }

  string_pointers(const string_pointers&) = delete;
  string_pointers& operator=(const string_pointers&) = delete;

  [[nodiscard]] char* const* get() const noexcept {
    return pointers_.data();
  }

private:
  std::vector<std::string> strings_;
  std::vector<char*> pointers_;
};

/// Gives this process's environment without what would configure a node.
std::vector<std::string> neutral_environment() {
  std::vector<std::string> result;
  for (auto* const* each = environ; *each != nullptr; ++each)
    if (!std::string_view{*each}.starts_with("CARILLON_"))
      result.emplace_back(*each);
  return result;
}

/// Becomes the node: what the new process does. Other threads of this one may
/// have held locks, so nothing is allocated here.
[[noreturn]] void become_node(pid_t parent, int output, char* const* command,
                              char* const* environment) {
  // Ctrl-C is for the process that measures; it ends the node in order.
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == parent) {
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execve(own_program, command, environment);
  }
  constexpr int not_executed = 127;
  ::_exit(not_executed);
}

} // namespace

measured_node::measured_node(scratch_directory directory)
  : directory_(std::move(directory)) {}

measured_node::~measured_node() {
  if (id_ == 0)
    return;
  ::kill(id_, SIGTERM);
  if (wait(defaults::node_end_timeout))
    return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

expected<std::unique_ptr<measured_node>>
measured_node::start(identity::security_mode security,
                     const go_on_check& check) {
  auto directory = scratch_directory::make();
  if (!directory)
    return tl::unexpected{directory.error()};
  std::unique_ptr<measured_node> result{
    new measured_node{std::move(*directory)}};
  if (auto done = result->launch(security); !done)
    return tl::unexpected{done.error()};
  if (auto done = result->await_ready(check); !done)
    return tl::unexpected{done.error()};
  return result;
}

expected<void> measured_node::launch(identity::security_mode security) {
  const auto settings = [&](const std::string& setting) {
    return std::vector<std::string>{"--set", setting};
  };
  std::vector<std::string> words{"carillon", "node",        "--log-level",
                                 "warning",  "--log-level", "node=info"};
  for (const auto& setting :
       {"node.data_dir=" + (directory_.path() / "node").string(),
        std::string{"sip.listen=udp:127.0.0.1:0"},
        "sip.security=" + std::string{to_string(security)},
        std::string{"admin.listen="}})
    for (auto& word : settings(setting))
      words.push_back(std::move(word));
  const string_pointers command{std::move(words)};
  const string_pointers environment{neutral_environment()};
  const auto cannot = [](const char* what) {
    return fail(errc::storage_failed,
                std::string{what} + ": "
                  + std::generic_category().message(errno));
  };
  const auto output = ::open((directory_.path() / "log").c_str(),
                             O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (output < 0)
    return cannot("cannot write the log of a node");
  const auto parent = ::getpid();
  const auto id = ::fork();
  if (id == 0)
    become_node(parent, output, command.get(), environment.get());
  const auto reason = errno;
  ::close(output);
  errno = reason;
  if (id < 0)
    return cannot("cannot start a node");
  id_ = id;
  return {};
}

expected<void> measured_node::await_ready(const go_on_check& check) {
  const auto end = std::chrono::steady_clock::now() + defaults::demo_timeout;
  while (std::chrono::steady_clock::now() < end) {
    if (auto go_on = check(); !go_on)
      return go_on;
    if (auto running = check_running(); !running)
      return running;
    const auto text = log();
    const auto begin = text.find(udp_address);
    if (begin != std::string::npos
        && text.find(ready_line) != std::string::npos) {
      adapter_.host = loopback;
      const auto* digits = text.data() + begin + udp_address.size();
      std::from_chars(digits, text.data() + text.size(), adapter_.port);
      return {};
    }
    std::this_thread::sleep_for(defaults::demo_poll_interval);
  }
  return fail(errc::timeout, "a node is not ready; it says: " + log());
}

std::chrono::nanoseconds measured_node::cpu_time() const noexcept {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(id_, &clock) != 0
      || ::clock_gettime(clock, &used) != 0)
    return {};
  return std::chrono::seconds{used.tv_sec}
  + std::chrono::nanoseconds{used.tv_nsec};
}

expected<void> measured_node::check_running() {
  if (id_ != 0 && !wait({}))
    return {};
  return fail(errc::unreachable, "the node has ended; it says: " + log());
}

std::string measured_node::log() const {
  std::ifstream in{directory_.path() / "log"};
  std::ostringstream result;
  result << in.rdbuf();
  return result.str();
}

bool measured_node::wait(std::chrono::milliseconds longest) {
  const auto end = std::chrono::steady_clock::now() + longest;
  while (::waitpid(id_, nullptr, WNOHANG) != id_) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    std::this_thread::sleep_for(defaults::demo_poll_interval);
  }
  id_ = 0;
  return true;
}

} // namespace carillon
