#pragma once

#include "actors/clock.hpp"
#include "runtime/revocation_file.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace carillon {

/// Looks at the file of a node's revocation lists now and then, on a thread of
/// its own, so that a newer list takes no restart.
class revocation_watch {
public:
  /// @param interval the time between two looks.
  revocation_watch(revocation_file file, std::shared_ptr<const clock> time,
                   duration interval);

  revocation_watch(const revocation_watch&) = delete;
  revocation_watch& operator=(const revocation_watch&) = delete;

  /// Ends the thread.
  ~revocation_watch();

private:
  void run();

  revocation_file file_;
  std::shared_ptr<const clock> time_;
  const duration interval_;
  std::mutex mutex_;
  bool ends_ = false;
  std::condition_variable changed_;
  // Starts when all that it uses is there.
  std::thread thread_;
};

} // namespace carillon
