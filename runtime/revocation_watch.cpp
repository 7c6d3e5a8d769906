#include "runtime/revocation_watch.hpp"

#include <utility>

namespace carillon {

revocation_watch::revocation_watch(revocation_file file,
                                   std::shared_ptr<const clock> time,
                                   duration interval)
  : file_(std::move(file))
  , time_(std::move(time))
  , interval_(interval)
  , thread_([this] { run(); }) {}

revocation_watch::~revocation_watch() {
  {
    const std::lock_guard lock{mutex_};
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void revocation_watch::run() {
  std::unique_lock lock{mutex_};
  while (!ends_) {
    file_.look(time_->now());
    changed_.wait_for(lock, interval_, [this] { return ends_; });
  }
}

} // namespace carillon
