#include "tests/system/child_process.hpp"

#include "tests/system/exec_program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace carillon::test {

using namespace std::chrono_literals;

namespace {

constexpr auto poll_interval = 5ms;

[[noreturn]] void run(const std::vector<std::string>& arguments, int input,
                      int output) {
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  exec_program(arguments);
}

} // namespace

child_process::child_process(const std::vector<std::string>& arguments,
                             std::filesystem::path output)
  : output_(std::move(output)) {
  const auto file =
    ::open(output_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0)
    throw std::runtime_error{"cannot write " + output_.string()};
  // A socket and no pipe: writing to a program that has ended sends no signal.
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::runtime_error{"no input for " + arguments.front()};
  input_ = ends[0];
  id_ = ::fork();
  if (id_ == 0)
    run(arguments, ends[1], file);
  ::close(ends[1]);
  ::close(file);
  if (id_ < 0)
    throw std::runtime_error{"cannot start " + arguments.front()};
}

child_process::~child_process() {
  ::close(input_);
  if (status_)
    return;
  send(SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

void child_process::send(int signal) const {
  ::kill(id_, signal);
}

void child_process::type(std::string_view text) const {
  if (::send(input_, text.data(), text.size(), MSG_NOSIGNAL)
      != static_cast<ssize_t>(text.size()))
    throw std::runtime_error{"cannot type to a program that has ended"};
}

std::optional<int> child_process::wait(std::chrono::milliseconds longest) {
  const auto end = std::chrono::steady_clock::now() + longest;
  while (!status_ && std::chrono::steady_clock::now() < end) {
    int status = 0;
    if (::waitpid(id_, &status, WNOHANG) != id_)
      std::this_thread::sleep_for(poll_interval);
    else
      status_ =
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return status_;
}

bool child_process::wait_for(const std::string& text,
                             std::chrono::milliseconds longest) {
  const auto end = std::chrono::steady_clock::now() + longest;
  const auto found = [&] {
    return output().find(text) != std::string::npos;
  };
  while (!found()) {
    // What it wrote last is there when it has ended.
    if (wait(poll_interval) || std::chrono::steady_clock::now() >= end)
      return found();
  }
  return true;
}

std::string child_process::output() const {
  std::ifstream in{output_};
  std::ostringstream result;
  result << in.rdbuf();
  return result.str();
}

} // namespace carillon::test
