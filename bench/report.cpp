#include "bench/report.hpp"

#include <sys/utsname.h>

#include <cerrno>
#include <ctime>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

namespace carillon {

namespace {

// The version of the format of reports.
constexpr int schema = 1;

constexpr int indentation = 2;

std::string utc_text(std::chrono::system_clock::time_point when) {
  const auto seconds = std::chrono::system_clock::to_time_t(when);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[sizeof("2026-01-31T09:30:00Z")];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

tl::unexpected<error> cannot_write(const std::filesystem::path& file) {
  return fail(errc::storage_failed,
              "cannot write the report to " + file.string() + ": "
                + std::generic_category().message(errno));
}

} // namespace

report::report(std::string scenario)
  : scenario_(std::move(scenario)) {}

expected<void> report::check_writable(const std::filesystem::path& file) {
  const std::ofstream out{file, std::ios::app};
  if (!out)
    return cannot_write(file);
  return {};
}

expected<void>
report::write_file(const std::filesystem::path& file,
                   const std::function<void(std::ostream&)>& what) {
  std::ofstream out{file};
  what(out);
  out.close();
  if (!out)
    return cannot_write(file);
  return {};
}

expected<void> report::write(const std::filesystem::path& file) const {
  return write_file(file, [this](std::ostream& out) { write(out); });
}

void report::write(std::ostream& out) const {
  const nlohmann::json whole{{"schema", schema},
                             {"scenario", scenario_},
                             {"parameters", parameters},
                             {"environment", environment()},
                             {"results", results}};
  out << whole.dump(indentation) << '\n';
}

nlohmann::json report::environment() const {
  utsname system{};
  ::uname(&system);
  const auto wall =
    std::chrono::duration<double>{std::chrono::system_clock::now() - began_};
  return {{"version", CARILLON_VERSION},
          {"build", CARILLON_BUILD_TYPE},
          {"compiler", __VERSION__},
          {"system", std::string{system.sysname} + ' ' + system.release},
          {"machine", system.machine},
          {"cpus", std::thread::hardware_concurrency()},
          {"date", utc_text(began_)},
          {"wall_seconds", wall.count()},
          {"cpu_seconds", static_cast<double>(std::clock()) / CLOCKS_PER_SEC}};
}

} // namespace carillon
