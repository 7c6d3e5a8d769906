#include "runtime/passphrase.hpp"

#include "runtime/defaults.hpp"
#include "runtime/file_error.hpp"
#include "runtime/private_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string_view>
#include <utility>

namespace carillon {

namespace {

constexpr auto terminal_path = "/dev/tty";

// Holds the signals back that end or stop the process, while it lives. One that
// came has its effect when this ends.
class held_signals {
public:
  held_signals() {
    ::sigemptyset(&held_);
    for (const auto signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP})
      ::sigaddset(&held_, signal);
    ::pthread_sigmask(SIG_BLOCK, &held_, &before_);
    arrivals_ = ::signalfd(-1, &held_, SFD_CLOEXEC);
  }

  held_signals(const held_signals&) = delete;
  held_signals& operator=(const held_signals&) = delete;

  ~held_signals() {
    if (arrivals_ >= 0)
      ::close(arrivals_);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

  // Gives a descriptor that can be read from when a signal has come.
  [[nodiscard]] int arrivals() const noexcept {
    return arrivals_;
  }

private:
  sigset_t held_{};
  sigset_t before_{};
  int arrivals_;
};

// A terminal that does not show what is typed while this lives.
class silent_terminal {
public:
  silent_terminal()
    : descriptor_(::open(terminal_path, O_RDWR | O_CLOEXEC)) {
    if (descriptor_ < 0 || ::tcgetattr(descriptor_, &before_) != 0)
      return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silenced_ = ::tcsetattr(descriptor_, TCSAFLUSH, &silent) == 0;
  }

  silent_terminal(const silent_terminal&) = delete;
  silent_terminal& operator=(const silent_terminal&) = delete;

  ~silent_terminal() {
    if (silenced_)
      ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }

  [[nodiscard]] bool silenced() const noexcept {
    return silenced_;
  }

  void write(std::string_view text) const {
    // Without its prompt a terminal still takes a passphrase.
    static_cast<void>(::write(descriptor_, text.data(), text.size()));
  }

  // Waits for a line.
  // @returns nothing when a signal came first.
  [[nodiscard]] std::optional<std::string>
  read_line(const held_signals& signals) const {
    std::string line;
    for (;;) {
      std::array<pollfd, 2> wanted{
        {{descriptor_, POLLIN, 0}, {signals.arrivals(), POLLIN, 0}}};
      if (::poll(wanted.data(), wanted.size(), -1) < 0)
        continue;
      if (wanted[1].revents != 0)
        return std::nullopt;
      char character = 0;
      if (::read(descriptor_, &character, 1) != 1 || character == '\n')
        return line;
      line += character;
    }
  }

private:
  int descriptor_;
  termios before_{};
  bool silenced_ = false;
};

// Asks once.
// @returns `interrupted` when a signal came that did not end the process.
expected<std::string> ask_terminal(const std::string& prompt) {
  const held_signals signals;
  const silent_terminal terminal;
  if (!terminal.silenced())
    return fail(errc::invalid_configuration,
                "there is no terminal to ask for the passphrase: give "
                "--passphrase-file");
  terminal.write(prompt);
  auto line = terminal.read_line(signals);
  terminal.write("\n");
  if (!line)
    return fail(errc::interrupted);
  return std::move(*line);
}

expected<std::string> read_from_terminal(const std::string& prompt) {
  auto line = ask_terminal(prompt);
  // Who was stopped goes on, and some signals may be ignored.
  while (!line && line.error().code == errc::interrupted)
    line = ask_terminal(prompt);
  return line;
}

expected<std::string> read_from_file(const std::filesystem::path& file) {
  const auto content = read_private_file(file, defaults::max_passphrase_file);
  if (!content)
    return tl::unexpected{missing_is_failure(content.error())};
  const auto text = as_text(*content);
  return std::string{text.substr(0, text.find_first_of("\r\n"))};
}

} // namespace

expected<std::string>
read_passphrase(const std::optional<std::filesystem::path>& file,
                const std::string& prompt) {
  auto passphrase = file ? read_from_file(*file) : read_from_terminal(prompt);
  if (passphrase && passphrase->empty())
    return fail(errc::bad_passphrase, "the passphrase is empty");
  return passphrase;
}

expected<std::string>
read_new_passphrase(const std::optional<std::filesystem::path>& file,
                    const std::string& prompt) {
  auto first = read_passphrase(file, prompt);
  if (!first || file)
    return first;
  auto second = read_passphrase(file, "The same again: ");
  if (!second)
    return second;
  if (*first != *second)
    return fail(errc::bad_passphrase, "the two passphrases differ");
  return first;
}

} // namespace carillon
