#pragma once

namespace carillon {

/// Mends what CAF 0.17.6 lacks in its use of OpenSSL, for all connections of
/// the process that are made from then on, except those of `make_tls`, whose
/// users see to it themselves. Can be called more than once.
///
/// - What goes wrong on one connection must not end another. OpenSSL has one
///   queue of errors a thread, which is to be empty before each operation
///   (SSL_get_error(3)). CAF does not see to that: after a connection has
///   failed, the next one that the thread reads from counts as failed, too. So
///   the queue is emptied as soon as an error has arisen.
/// - Who connects and says nothing, or is connected to and does not answer,
/// must
///   not occupy the thread that carries all connections: while a handshake
///   waits for the other side, CAF tries to go on with it without a pause
///   (upstream issue 1060). So each attempt waits a little, and the connection
///   is given up after `defaults::cluster_connect_timeout`.
void mend_caf_tls();

} // namespace carillon
