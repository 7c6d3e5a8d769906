#include "tests/system/terminal_process.hpp"

#include "tests/system/exec_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <array>
#include <stdexcept>

namespace carillon::test {

using namespace std::chrono_literals;

namespace {

constexpr auto poll_interval = 5ms;

[[noreturn]] void run(const std::vector<std::string>& arguments, int terminal) {
  ::login_tty(terminal);
  exec_program(arguments);
}

} // namespace

terminal_process::terminal_process(const std::vector<std::string>& arguments) {
  if (::openpty(&master_, &slave_, nullptr, nullptr, nullptr) != 0)
    throw std::runtime_error{"there is no terminal left"};
  for (const auto side : {master_, slave_})
    ::fcntl(side, F_SETFD, FD_CLOEXEC);
  id_ = ::fork();
  if (id_ == 0)
    run(arguments, slave_);
  if (id_ < 0)
    throw std::runtime_error{"cannot start " + arguments.front()};
}

terminal_process::~terminal_process() {
  if (!status_) {
    send(SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  ::close(master_);
  ::close(slave_);
}

void terminal_process::type(std::string_view text) const {
  if (::write(master_, text.data(), text.size())
      != static_cast<ssize_t>(text.size()))
    throw std::runtime_error{"cannot type"};
}

void terminal_process::send(int signal) const {
  ::kill(id_, signal);
}

bool terminal_process::echoes() const {
  termios settings{};
  if (::tcgetattr(slave_, &settings) != 0)
    throw std::runtime_error{"the terminal does not tell its settings"};
  return (settings.c_lflag & ECHO) != 0;
}

bool terminal_process::wait_for(const std::string& text,
                                std::chrono::milliseconds longest) {
  const auto end = std::chrono::steady_clock::now() + longest;
  while (output_.find(text) == std::string::npos) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    read_output(poll_interval);
  }
  return true;
}

std::optional<int> terminal_process::wait(std::chrono::milliseconds longest) {
  const auto end = std::chrono::steady_clock::now() + longest;
  while (!status_ && std::chrono::steady_clock::now() < end) {
    // A terminal that nobody reads makes a program wait.
    read_output(poll_interval);
    int status = 0;
    if (::waitpid(id_, &status, WNOHANG) == id_)
      status_ =
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  read_output(0ms);
  return status_;
}

/// Takes what is there, or what comes first within this time.
void terminal_process::read_output(std::chrono::milliseconds longest) {
  pollfd wanted{master_, POLLIN, 0};
  std::array<char, 4096> buffer;
  auto patience = static_cast<int>(longest.count());
  while (::poll(&wanted, 1, patience) > 0) {
    const auto got = ::read(master_, buffer.data(), buffer.size());
    if (got <= 0)
      return;
    output_.append(buffer.data(), static_cast<size_t>(got));
    patience = 0;
  }
}

} // namespace carillon::test
