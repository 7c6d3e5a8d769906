#pragma once

namespace carillon {

/// Keeps what goes wrong on one TLS connection of CAF from ending another.
/// OpenSSL has one queue of errors a thread, which is to be empty before each
/// operation (SSL_get_error(3)). CAF 0.17.6 does not see to that: after a
/// connection has failed, the next one that the thread reads from counts as
/// failed, too. So the queue is emptied as soon as an error has arisen.
///
/// Holds for all connections of the process that are made from then on, except
/// those of `make_tls`, whose users see to it themselves. Can be called more
/// than once.
void keep_tls_errors_apart();

} // namespace carillon
