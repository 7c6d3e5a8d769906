#pragma once

namespace carillon::identity {

/// Has libsodium choose its code for this processor, once. To be called before
/// anything else of it. Thread-safe.
void prepare_sodium() noexcept;

} // namespace carillon::identity
