#include "tests/storage/full_disk.hpp"

#include <utility>

namespace carillon::test {

namespace {

// What RocksDB's own file system gives for ENOSPC.
rocksdb::IOStatus no_space() {
  auto status = rocksdb::IOStatus::NoSpace("No space left on device");
  status.SetRetryable(true);
  return status;
}

// Writes half of what it is given when the disk fills up, as a real one does.
class file_on_full_disk final : public rocksdb::FSWritableFileOwnerWrapper {
public:
  file_on_full_disk(std::unique_ptr<rocksdb::FSWritableFile> file,
                    const std::atomic<bool>& full)
    : FSWritableFileOwnerWrapper(std::move(file))
    , full_(full) {}

  using FSWritableFileOwnerWrapper::Append;

  rocksdb::IOStatus Append(const rocksdb::Slice& data,
                           const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
    if (!full_)
      return FSWritableFileOwnerWrapper::Append(data, options, context);
    const rocksdb::Slice half{data.data(), data.size() / 2};
    const auto written =
      FSWritableFileOwnerWrapper::Append(half, options, context);
    return written.ok() ? no_space() : written;
  }

  rocksdb::IOStatus Append(const rocksdb::Slice& data,
                           const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo&,
                           rocksdb::IODebugContext* context) override {
    return Append(data, options, context);
  }

private:
  const std::atomic<bool>& full_;
};

} // namespace

full_disk::full_disk()
  : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

rocksdb::IOStatus
full_disk::NewWritableFile(const std::string& name,
                           const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           rocksdb::IODebugContext* context) {
  if (full)
    return no_space();
  auto made =
    FileSystemWrapper::NewWritableFile(name, options, result, context);
  if (made.ok())
    *result = std::make_unique<file_on_full_disk>(std::move(*result), full);
  return made;
}

rocksdb::IOStatus full_disk::GetFreeSpace(const std::string& path,
                                          const rocksdb::IOOptions& options,
                                          uint64_t* free,
                                          rocksdb::IODebugContext* context) {
  const auto asked =
    FileSystemWrapper::GetFreeSpace(path, options, free, context);
  if (full && !claims_space)
    *free = 0;
  return asked;
}

} // namespace carillon::test
