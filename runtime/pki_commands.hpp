#pragma once

namespace carillon {

class command_line;

/// Adds `pki` with its commands `ca`, `node`, `user`, `show`, `fingerprint`,
/// `export`, `import` and `rotate`: see `docs/pki.md`.
void add_pki_commands(command_line& program);

} // namespace carillon
