#pragma once

namespace carillon {

class command_line;

/// Adds `pki` with its commands `ca`, `node`, `user`, `revoke`, `show`,
/// `fingerprint`, `export`, `import`, `rotate` and `trust`: see `docs/pki.md`.
void add_pki_commands(command_line& program);

} // namespace carillon
