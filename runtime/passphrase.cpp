#include "runtime/passphrase.hpp"

#include "runtime/defaults.hpp"
#include "runtime/private_file.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <fstream>
#include <memory>

namespace carillon {

namespace {

constexpr auto terminal_path = "/dev/tty";

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

private:
  int descriptor_;
  termios before_{};
  bool silenced_ = false;
};

expected<std::string> read_from_terminal(const std::string& prompt) {
  const silent_terminal silence;
  std::fstream terminal{terminal_path, std::ios::in | std::ios::out};
  if (!silence.silenced() || !terminal)
    return fail(errc::invalid_configuration,
                "there is no terminal to ask for the passphrase: give "
                "--passphrase-file");
  terminal << prompt << std::flush;
  std::string line;
  std::getline(terminal, line);
  terminal.clear();
  terminal << '\n';
  return line;
}

expected<std::string> read_from_file(const std::filesystem::path& file) {
  const auto content = read_private_file(file, defaults::max_passphrase_file);
  if (!content)
    return tl::unexpected{content.error()};
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
