#include "tests/system/baresip_phone.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <numbers>
#include <thread>
#include <vector>

namespace carillon::test {

using namespace std::chrono_literals;

namespace {

constexpr auto program = "/usr/bin/baresip";
constexpr auto modules = "/usr/lib/baresip/modules";

/// Longer than any phone takes, under sanitizers as well. One whose
/// registration has failed, say because a disk was slow, tries it again after
/// up to 30 s.
constexpr auto patience = 80s;
constexpr auto poll_interval = 20ms;

/// What G.711 carries: samples of 16 bits before they are coded.
constexpr uint32_t sample_rate = 8000;
constexpr uint32_t sample_size = 2;

/// The tone outlasts every test: a phone hangs up at the end of its file.
constexpr uint32_t tone_seconds = 120;
constexpr double tone_frequency = 440;
constexpr double tone_amplitude = 8000;

/// What tells a tone from silence: that many samples of that amplitude.
constexpr size_t loud_samples = sample_rate / 10;
constexpr int loud_amplitude = 4000;

/// The bytes of a WAVE file before its samples.
constexpr size_t wave_header_size = 44;

void append(std::string& out, std::string_view text) {
  out += text;
}

/// Appends a number as WAVE has them, the lowest byte first.
void append(std::string& out, uint32_t value, size_t size) {
  for (size_t i = 0; i < size; ++i)
    out += static_cast<char>(value >> (8 * i) & 0xFF);
}

/// Makes a WAVE file (RIFF, PCM, mono).
std::string make_tone() {
  constexpr auto data_size = tone_seconds * sample_rate * sample_size;
  std::string result;
  append(result, "RIFF");
  append(result, wave_header_size - 8 + data_size, 4);
  append(result, "WAVEfmt ");
  append(result, 16, 4);
  append(result, 1, 2);
  append(result, 1, 2);
  append(result, sample_rate, 4);
  append(result, sample_rate * sample_size, 4);
  append(result, sample_size, 2);
  append(result, sample_size * 8, 2);
  append(result, "data");
  append(result, data_size, 4);
  for (uint32_t i = 0; i < tone_seconds * sample_rate; ++i) {
    const auto phase = 2 * std::numbers::pi * tone_frequency * i / sample_rate;
    const auto sample =
      static_cast<int16_t>(std::lround(tone_amplitude * std::sin(phase)));
    append(result, static_cast<uint16_t>(sample), sample_size);
  }
  return result;
}

/// Counts the loud samples of a WAVE file that may still grow.
size_t count_loud_samples(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  in.seekg(wave_header_size);
  const std::vector<char> data{std::istreambuf_iterator<char>{in}, {}};
  size_t result = 0;
  for (size_t i = 0; i + sample_size <= data.size(); i += sample_size) {
    int16_t sample = 0;
    std::memcpy(&sample, &data[i], sample_size);
    if (std::abs(sample) > loud_amplitude)
      ++result;
  }
  return result;
}

} // namespace

bool baresip_phone::is_installed() {
  return std::filesystem::exists(program)
    && std::filesystem::exists(std::string{modules} + "/sndfile.so");
}

baresip_phone::baresip_phone(const account& settings,
                             const std::filesystem::path& directory)
  : directory_(directory) {
  std::filesystem::create_directory(directory_);
  std::ofstream{directory_ / "contacts"};
  std::ofstream{directory_ / "tone.wav", std::ios::binary} << make_tone();
  std::ofstream{directory_ / "accounts"}
    << "<sip:" << settings.user << '@' << settings.host
    << ">;regint=60;answermode=" << (settings.answers ? "auto" : "manual")
    << settings.parameters << '\n';
  std::ofstream config{directory_ / "config"};
  config << "sip_listen 127.0.0.1:0\n"
         << "net_interface 127.0.0.1\n"
         << "module_path " << modules << '\n';
  for (const auto* name :
       {"stdio", "g711", "aufile", "sndfile", "uuid", "account"})
    config << "module " << name << ".so\n";
  config << "module_app menu.so\n"
         << "audio_source aufile," << (directory_ / "tone.wav").string()
         << '\n'
         // What it hears goes through this filter, which writes it to a file.
         << "snd_path " << directory_.string() << '\n';
  config.close();
  process_ = std::make_unique<child_process>(
    std::vector<std::string>{program, "-f", directory_.string(), "-v", "-s"},
    directory_ / "output");
}

bool baresip_phone::wait_registered() {
  return wait_for("registered successfully");
}

void baresip_phone::dial(const std::string& uri) {
  process_->type("/dial " + uri + "\n");
}

void baresip_phone::hang_up() {
  process_->type("b");
}

bool baresip_phone::wait_established() {
  return wait_for("Call established");
}

bool baresip_phone::wait_for_tone() {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!hears_tone()) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    std::this_thread::sleep_for(poll_interval);
  }
  return true;
}

bool baresip_phone::wait_terminated() {
  // It tells of the end itself only when a call took a second.
  return wait_for("audio: destroyed (started=1)");
}

bool baresip_phone::wait_for(const std::string& text) {
  return process_->wait_for(text, patience);
}

std::string baresip_phone::output() const {
  return process_->output();
}

bool baresip_phone::hears_tone() const {
  for (const auto& file : std::filesystem::directory_iterator{directory_})
    if (file.path().filename().string().ends_with("-dec.wav")
        && count_loud_samples(file.path()) >= loud_samples)
      return true;
  return false;
}

} // namespace carillon::test
