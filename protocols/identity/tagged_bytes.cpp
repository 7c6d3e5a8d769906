#include "protocols/identity/tagged_bytes.hpp"

namespace carillon::identity {

tagged_bytes::tagged_bytes(std::string_view label) {
  add(as_bytes(label));
}

tagged_bytes& tagged_bytes::add(byte_view field) {
  append(field.size());
  data_.insert(data_.end(), field.begin(), field.end());
  return *this;
}

tagged_bytes& tagged_bytes::add(uint64_t number) {
  append(sizeof(number));
  append(number);
  return *this;
}

void tagged_bytes::append(uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8)
    data_.push_back(static_cast<uint8_t>(number >> shift));
}

} // namespace carillon::identity
