#pragma once

#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>

namespace carillon::test {

/// A file system on which every write fails for want of space while `full`.
class full_disk final : public rocksdb::FileSystemWrapper {
public:
  full_disk();

  const char* Name() const override {
    return "full_disk";
  }

  rocksdb::IOStatus
  NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                  std::unique_ptr<rocksdb::FSWritableFile>* result,
                  rocksdb::IODebugContext* context) override;

  rocksdb::IOStatus GetFreeSpace(const std::string& path,
                                 const rocksdb::IOOptions& options,
                                 uint64_t* free,
                                 rocksdb::IODebugContext* context) override;

  std::atomic<bool> full{false};

  /// Lets the free space be there for whoever asks, though writes fail: the
  /// disk as a quota or a failing device leaves it.
  std::atomic<bool> claims_space{false};
};

} // namespace carillon::test
