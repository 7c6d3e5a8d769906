#include "runtime/pki_commands.hpp"

#include "runtime/cluster/cluster_files.hpp"
#include "runtime/command_line.hpp"
#include "runtime/config.hpp"
#include "runtime/defaults.hpp"
#include "runtime/passphrase.hpp"
#include "runtime/pinned_keys.hpp"
#include "runtime/pki_authority.hpp"
#include "runtime/pki_keys.hpp"

#include <CLI/App.hpp>
#include <botan/auto_rng.h>

#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace carillon {

namespace fs = std::filesystem;

namespace {

// What the options of all the commands fill in.
struct pki_options {
  /// A user, a host or the name of an authority.
  std::string name;
  /// Another user.
  std::string other;
  /// A fingerprint as it was typed, with or without quotes around its groups.
  std::vector<std::string> groups;
  fs::path file;
  fs::path ca_dir = ".";
  fs::path out_dir = ".";
  fs::path data_dir = node_config{}.data_dir;
  std::optional<fs::path> passphrase_file;
  std::string suite = std::string{to_string(identity::suite::ed25519_x25519)};
  unsigned days = defaults::certificate_days;
};

using shared_options = std::shared_ptr<pki_options>;

// -- options ------------------------------------------------------------------

void add_name(CLI::App& command, pki_options& options, const char* what) {
  command.add_option("name", options.name, what)->required();
}

void add_directory(CLI::App& command, const char* option, fs::path& directory,
                   const char* what) {
  command.add_option(option, directory, what)
    ->type_name("DIR")
    ->capture_default_str();
}

void add_data_dir(CLI::App& command, pki_options& options) {
  add_directory(command, "--data-dir", options.data_dir,
                "the data directory of the node");
}

void add_suite(CLI::App& command, pki_options& options) {
  command
    .add_option("--suite", options.suite, "of new keys: ed25519-x25519 or rsa")
    ->capture_default_str();
}

void add_days(CLI::App& command, pki_options& options, unsigned days) {
  options.days = days;
  command
    .add_option("--days", options.days, "how long the certificate is good")
    ->check(CLI::Range(1U, defaults::max_certificate_days))
    ->capture_default_str();
}

void add_passphrase_file(CLI::App& command, pki_options& options) {
  command
    .add_option("--passphrase-file", options.passphrase_file,
                "holds the passphrase; else the terminal is asked")
    ->type_name("FILE");
}

void add_file(CLI::App& command, pki_options& options, const char* what) {
  command.add_option("file", options.file, what)->required();
}

// -- what the options say -----------------------------------------------------

expected<identity::suite> suite_of(const pki_options& options) {
  auto kind = identity::parse_suite(options.suite);
  if (!kind)
    return fail(errc::invalid_configuration,
                "--suite " + options.suite
                  + ": expected ed25519-x25519 or rsa");
  return kind;
}

// Makes a name that is not permitted an error of the command line.
error wrong_name(const pki_options& options, const error& why) {
  return {errc::invalid_configuration,
          '"' + options.name + "\": " + why.detail};
}

expected<user_key_paths> user_of(const pki_options& options) {
  return user_paths(options.data_dir, options.name)
    .map_error([&](const error& why) { return wrong_name(options, why); });
}

expected<identity::address_of_record> address_of(const pki_options& options) {
  const auto at = options.name.find('@');
  if (at == std::string::npos)
    return fail(errc::invalid_configuration,
                '"' + options.name + "\": expected NAME@DOMAIN");
  const auto domain = options.name.substr(at + 1);
  return identity::validate_domain(domain)
    .and_then(
      [&] { return identity::parse_address_of_record(options.name, domain); })
    .map_error([&](const error& why) { return wrong_name(options, why); });
}

identity::validity validity_of(const pki_options& options) {
  const auto now =
    std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
  return {now, now + std::chrono::days{options.days}};
}

// -- commands -----------------------------------------------------------------

expected<void> run_ca(const pki_options& options, std::ostream& out) {
  const auto kind = suite_of(options);
  if (!kind)
    return tl::unexpected{kind.error()};
  Botan::AutoSeeded_RNG rng;
  auto made = make_authority(options.out_dir, options.name, *kind,
                             validity_of(options), rng);
  // Of what it is given, nothing but the name can be malformed.
  if (!made && made.error().code == errc::malformed)
    return tl::unexpected{wrong_name(options, made.error())};
  if (made)
    out << "made " << (options.out_dir / "ca.pem").string() << " and "
        << (options.out_dir / "ca.key").string() << ": keep the key secret\n";
  return made;
}

expected<void> run_node(const pki_options& options, std::ostream& out) {
  const auto kind = suite_of(options);
  if (!kind)
    return tl::unexpected{kind.error()};
  if (const auto good = identity::validate_domain(options.name); !good)
    return tl::unexpected{wrong_name(options, good.error())};
  Botan::AutoSeeded_RNG rng;
  auto made = make_node(options.ca_dir, options.out_dir, options.name, *kind,
                        validity_of(options), rng);
  if (made)
    out << "made " << (options.out_dir / "node.pem").string() << " and "
        << (options.out_dir / "node.key").string() << '\n';
  return made;
}

expected<void> run_user(const pki_options& options, std::ostream& out) {
  const auto kind = suite_of(options);
  if (!kind)
    return tl::unexpected{kind.error()};
  const auto aor = address_of(options);
  if (!aor)
    return tl::unexpected{aor.error()};
  Botan::AutoSeeded_RNG rng;
  auto made = make_user(options.ca_dir, options.data_dir, *aor, *kind,
                        validity_of(options), rng);
  if (made)
    out << "made "
        << user_paths(options.data_dir, aor->user)->certificate.string()
        << '\n';
  return made;
}

expected<void> run_revoke(const pki_options& options, std::ostream& out) {
  const auto when = validity_of(options);
  Botan::AutoSeeded_RNG rng;
  const auto list = revoke_in(options.ca_dir, options.file,
                              {when.not_before, when.expires}, rng);
  if (!list)
    return tl::unexpected{list.error()};
  out << "wrote " << list->string()
      << ": copy it to every node of the ring, as the file\n"
         "that identity.revoked names. A node that runs takes it within a "
         "minute.\nRevoke again within "
      << options.days
      << " days, the same certificate if there is no other, so\n"
         "that nodes do not warn of an old list.\n";
  return {};
}

expected<void> run_show(const pki_options& options, std::ostream& out) {
  Botan::AutoSeeded_RNG rng;
  const auto text = show_file(options.file, rng);
  if (!text)
    return tl::unexpected{text.error()};
  out << *text;
  return {};
}

expected<void> run_fingerprint(const pki_options& options, std::ostream& out) {
  const auto user = user_of(options);
  if (!user)
    return tl::unexpected{user.error()};
  Botan::AutoSeeded_RNG rng;
  const auto text = user_fingerprint(*user, rng);
  if (!text)
    return tl::unexpected{text.error()};
  out << *text << '\n';
  return {};
}

expected<void> run_export(const pki_options& options, std::ostream& out) {
  const auto user = user_of(options);
  if (!user)
    return tl::unexpected{user.error()};
  const auto passphrase =
    read_new_passphrase(options.passphrase_file, "New passphrase: ");
  if (!passphrase)
    return tl::unexpected{passphrase.error()};
  Botan::AutoSeeded_RNG rng;
  auto done = export_user_keys(*user, options.file, *passphrase, rng);
  if (done)
    out << "wrote " << options.file.string() << '\n';
  return done;
}

expected<void> run_import(const pki_options& options, std::ostream& out) {
  const auto user = user_of(options);
  if (!user)
    return tl::unexpected{user.error()};
  const auto passphrase =
    read_passphrase(options.passphrase_file, "Passphrase of the export: ");
  if (!passphrase)
    return tl::unexpected{passphrase.error()};
  Botan::AutoSeeded_RNG rng;
  auto done = import_user_keys(*user, options.file, *passphrase, rng);
  if (done)
    out << "wrote " << user->keys.string() << '\n';
  return done;
}

expected<void> run_rotate(const pki_options& options, std::ostream& out) {
  const auto kind = suite_of(options);
  if (!kind)
    return tl::unexpected{kind.error()};
  const auto user = user_of(options);
  if (!user)
    return tl::unexpected{user.error()};
  Botan::AutoSeeded_RNG rng;
  if (auto done = rotate_user_keys(*user, *kind, rng); !done)
    return done;
  out << "made new keys; their fingerprint is\n";
  if (auto printed = run_fingerprint(options, out); !printed)
    return printed;
  std::error_code ignored;
  if (fs::exists(user->certificate, ignored))
    out << "Now make a certificate for them, with 'carillon pki user "
        << options.name << "@DOMAIN',\nand then ";
  else
    out << "Now ";
  out << "start the node, or restart it: the old keys sign for the new ones\n"
         "then, and "
      << options.name << " is served with the new ones.\n";
  return {};
}

expected<void> run_trust(const pki_options& options, std::ostream& out) {
  std::string text;
  for (const auto& group : options.groups)
    text += group;
  const auto key = identity::fingerprint::from_hex(text);
  if (!key)
    return fail(errc::invalid_configuration,
                "the fingerprint: expected 16 groups of 4 hexadecimal digits, "
                "as 'carillon pki fingerprint' prints them");
  auto done = pin_key(options.data_dir, options.name, options.other, *key);
  if (done)
    out << options.name << " trusts this key of " << options.other
        << " from the next start of the node on:\n"
        << key->to_groups() << '\n';
  return done;
}

expected<void> run_cluster_secret(const pki_options& options,
                                  std::ostream& out) {
  Botan::AutoSeeded_RNG rng;
  auto done = make_cluster_secret(options.file, rng);
  if (done)
    out << "wrote " << options.file.string() << '\n';
  return done;
}

// Adds a command whose options are its own.
CLI::App& add_command(command_line& program, CLI::App& group, const char* name,
                      const char* description, const shared_options& options,
                      expected<void> (*run)(const pki_options&,
                                            std::ostream&)) {
  return program.add_to(group, name, description, [&program, options, run] {
    return run(*options, program.out());
  });
}

shared_options make_options() {
  return std::make_shared<pki_options>();
}

void add_authority_commands(command_line& program, CLI::App& pki) {
  auto options = make_options();
  auto& ca = add_command(program, pki, "ca", "make a certificate authority",
                         options, run_ca);
  add_name(ca, *options, "the authority's name, for people");
  add_directory(ca, "--out-dir", options->out_dir, "takes ca.pem and ca.key");
  add_suite(ca, *options);
  add_days(ca, *options, defaults::ca_days);

  options = make_options();
  auto& node = add_command(program, pki, "node",
                           "make the keys and the certificate of a node",
                           options, run_node);
  add_name(node, *options, "the node's host name");
  add_directory(node, "--ca-dir", options->ca_dir, "holds ca.pem and ca.key");
  add_directory(node, "--out-dir", options->out_dir,
                "takes node.pem and node.key");
  add_suite(node, *options);
  add_days(node, *options, defaults::certificate_days);

  options = make_options();
  auto& user = add_command(program, pki, "user",
                           "make a user's certificate, and keys if needed",
                           options, run_user);
  add_name(user, *options, "the user's address, NAME@DOMAIN");
  add_directory(user, "--ca-dir", options->ca_dir, "holds ca.pem and ca.key");
  add_data_dir(user, *options);
  add_suite(user, *options);
  add_days(user, *options, defaults::certificate_days);

  options = make_options();
  auto& secret = add_command(program, pki, "cluster-secret",
                             "make the key that the members of a cluster share",
                             options, run_cluster_secret);
  add_file(secret, *options, "takes the key");
}

void add_revoke_command(command_line& program, CLI::App& pki) {
  const auto options = make_options();
  auto& revoke = add_command(program, pki, "revoke",
                             "take back the certificate of a node or a user",
                             options, run_revoke);
  add_file(revoke, *options, "the certificate, in PEM");
  add_directory(revoke, "--ca-dir", options->ca_dir,
                "holds ca.pem and ca.key, takes ca.crl");
  options->days = defaults::revocation_days;
  revoke.add_option("--days", options->days, "how long until the next list")
    ->check(CLI::Range(1U, defaults::max_certificate_days))
    ->capture_default_str();
}

void add_key_commands(command_line& program, CLI::App& pki) {
  auto options = make_options();
  auto& show = add_command(program, pki, "show",
                           "describe certificates, keys or revocation lists",
                           options, run_show);
  add_file(show, *options, "the file, in PEM");

  options = make_options();
  auto& print = add_command(program, pki, "fingerprint",
                            "print a user's fingerprint, to compare by voice",
                            options, run_fingerprint);
  add_name(print, *options, "the user");
  add_data_dir(print, *options);

  options = make_options();
  auto& rotate = add_command(program, pki, "rotate", "give a user new keys",
                             options, run_rotate);
  add_name(rotate, *options, "the user");
  add_data_dir(rotate, *options);
  add_suite(rotate, *options);

  options = make_options();
  auto& trust = add_command(program, pki, "trust",
                            "believe another user's key after an alarm",
                            options, run_trust);
  add_name(trust, *options, "the user who is to believe it");
  trust.add_option("other", options->other, "the other user")->required();
  trust
    .add_option("fingerprint", options->groups,
                "what the other user reads from 'carillon pki fingerprint'")
    ->required();
  add_data_dir(trust, *options);
}

void add_transfer_commands(command_line& program, CLI::App& pki) {
  auto options = make_options();
  auto& to_file = add_command(program, pki, "export",
                              "write a user's keys, encrypted, to a file",
                              options, run_export);
  add_name(to_file, *options, "the user");
  add_file(to_file, *options, "takes the keys");
  add_data_dir(to_file, *options);
  add_passphrase_file(to_file, *options);

  options = make_options();
  auto& from_file =
    add_command(program, pki, "import", "take a user's keys from an export",
                options, run_import);
  add_name(from_file, *options, "the user");
  add_file(from_file, *options, "holds the keys");
  add_data_dir(from_file, *options);
  add_passphrase_file(from_file, *options);
}

} // namespace

void add_pki_commands(command_line& program) {
  auto& pki =
    program.add_group("pki", "make and inspect keys and certificates");
  add_authority_commands(program, pki);
  add_revoke_command(program, pki);
  add_key_commands(program, pki);
  add_transfer_commands(program, pki);
}

} // namespace carillon
