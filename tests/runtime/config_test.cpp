#include "runtime/config.hpp"
#include "runtime/config_file.hpp"
#include "runtime/config_loader.hpp"
#include "runtime/defaults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace carillon {

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

// A password file that is there, and the digits of an MD5 and a SHA-256.
constexpr auto readable_file = "/dev/null";
const std::string md5_ha1(32, 'a');
const std::string sha256_ha1(64, 'a');

expected<config> load(std::string_view text) {
  const auto settings = parse_config_file(text, "node.toml");
  if (!settings)
    return tl::unexpected{settings.error()};
  return load_config(*settings);
}

// Gives the error text of a configuration, or "accepted".
std::string complaint(std::string_view text) {
  const auto loaded = load(text);
  if (loaded)
    return "accepted";
  EXPECT_EQ(loaded.error().code, errc::invalid_configuration);
  return loaded.error().detail;
}

std::string read_data(const std::string& name) {
  std::ifstream file{std::string{CARILLON_TEST_DATA} + "/" + name};
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

TEST(config, an_empty_file_gives_the_defaults) {
  const auto loaded = load("");
  ASSERT_TRUE(loaded) << to_string(loaded.error());
  EXPECT_EQ(*loaded, config{});
}

TEST(config, the_defaults_are_valid) {
  EXPECT_EQ(validate(config{}), std::nullopt);
}

TEST(config, every_documented_key_is_accepted) {
  const auto loaded = load(read_data("architecture.toml"));
  ASSERT_TRUE(loaded) << to_string(loaded.error());
  config expected_config;
  expected_config.node.name = "alice-laptop";
  expected_config.overlay.listen = endpoint{"192.0.2.10", 7480};
  expected_config.overlay.bootstrap = {{{"192.0.2.1", 7480}, std::nullopt}};
  expected_config.sip.users = {{"alice",
                                "939e7578ed9e3c518a452acee763bce9",
                                {},
                                {sip::digest_algorithm::md5},
                                identity::security_mode::signed_mode}};
  expected_config.log.levels[static_cast<size_t>(subsystem::sip)] =
    log_level::debug;
  EXPECT_EQ(*loaded, expected_config);
}

TEST(config, every_value_arrives_at_its_place) {
  const auto loaded = load(R"(
[node]
name = "n1"
data_dir = "/var/lib/carillon"
domain = "sip.example.net"
peers = 64
roles = ["bootstrap"]
[overlay]
k = 2
n = 254
replicas = 1
expected_hostile_share = 0.25
relay = false
ring = "sha256=0000000000000000000000000000000000000000000000000000000000000000"
[identity]
mode = "enrolled"
certificate = "a"
key = "b"
ca = "c"
revoked = "r"
[sip]
listen = ["tcp:[::1]:0", "tls:[::1]:5061"]
contact = "guarded"
advertise = "tls:192.0.2.1:5061"
certificate = "d"
key = "e"
security = "signed"
mode = "proxy"
digest = ["MD5"]
[cluster]
listen = "[::1]:9000"
advertise = "192.0.2.1:9001"
seeds = ["a.example:1", "[::1]:2"]
certificate = "f"
key = "g"
ca = "h"
secret = "i"
[admin]
listen = ""
token_file = "t"
certificate = "d"
key = "e"
[log]
level = "error"
levels.ring = "trace"
)");
  ASSERT_TRUE(loaded) << to_string(loaded.error());
  const auto& got = *loaded;
  EXPECT_EQ(got.node,
            (node_config{"n1",
                         "/var/lib/carillon",
                         "sip.example.net",
                         64,
                         {node_role::bootstrap}}));
  EXPECT_EQ(got.overlay.k, 2U);
  EXPECT_EQ(got.overlay.n, 254U);
  EXPECT_EQ(got.overlay.replicas, 1U);
  EXPECT_EQ(got.overlay.expected_hostile_share, 0.25);
  EXPECT_FALSE(got.overlay.relay);
  EXPECT_EQ(got.overlay.ring, identity::fingerprint{});
  EXPECT_EQ(
    got.identity,
    (identity_config{identity::identity_mode::enrolled, "a", "b", "c", "r"}));
  EXPECT_THAT(got.sip.listen,
              ElementsAre(sip_endpoint{sip::transport::tcp, {"::1", 0}},
                          sip_endpoint{sip::transport::tls, {"::1", 5061}}));
  EXPECT_EQ(got.sip.contact, sip_contact::guarded);
  EXPECT_THAT(
    got.sip.advertise,
    ElementsAre(sip_endpoint{sip::transport::tls, {"192.0.2.1", 5061}}));
  EXPECT_EQ(got.sip.certificate, "d");
  EXPECT_EQ(got.sip.key, "e");
  EXPECT_EQ(got.sip.security, identity::security_mode::signed_mode);
  EXPECT_EQ(got.sip.mode, sip_mode::proxy);
  EXPECT_THAT(got.sip.digest, ElementsAre(sip::digest_algorithm::md5));
  EXPECT_EQ(got.cluster,
            (cluster_config{endpoint{"::1", 9000},
                            endpoint{"192.0.2.1", 9001},
                            {{"a.example", 1}, {"::1", 2}},
                            "f",
                            "g",
                            "h",
                            "i"}));
  EXPECT_EQ(got.admin, (admin_config{std::nullopt, "t", "d", "e"}));
  EXPECT_EQ(got.log.of(subsystem::ring), log_level::trace);
  EXPECT_EQ(got.log.of(subsystem::sip), log_level::error);
}

TEST(config, turns_discovery_on_and_off) {
  EXPECT_TRUE(load("[overlay]\ndiscovery = true\n").value().overlay.discovery);
  EXPECT_FALSE(
    load("[overlay]\ndiscovery = false\n").value().overlay.discovery);
}

TEST(config, a_cluster_needs_certificates_and_an_address_of_its_own) {
  const std::string files =
    "certificate = \"a\"\nkey = \"b\"\nca = \"c\"\nsecret = \"d\"\n";
  const std::string listen = "[cluster]\nlisten = \"192.0.2.1:7490\"\n";
  EXPECT_TRUE(load(listen + files));
  EXPECT_THAT(complaint(listen), HasSubstr("cluster.certificate"));
  EXPECT_THAT(complaint(listen + "certificate = \"a\"\nkey = \"b\"\n"),
              HasSubstr("cluster.ca"));
  EXPECT_THAT(complaint("[cluster]\nseeds = [\"a:1\"]\n"),
              HasSubstr("cluster.listen"));
  EXPECT_THAT(complaint("[cluster]\nlisten = \"0.0.0.0:7490\"\n" + files),
              HasSubstr("cluster.advertise"));
  EXPECT_THAT(complaint("[node]\npeers = 5000\n" + listen + files),
              HasSubstr("node.peers"));
}

TEST(config, members_of_a_cluster_with_links_say_where_they_take_them) {
  const std::string cluster =
    "[cluster]\nlisten = \"192.0.2.1:7490\"\n"
    "certificate = \"a\"\nkey = \"b\"\nca = \"c\"\nsecret = \"d\"\n";
  const std::string address = "listen = \"192.0.2.1:7480\"\n";
  EXPECT_TRUE(load("[overlay]\n" + address + cluster));
  for (const std::string others :
       {"bootstrap = [\"a:1\"]\n", "discovery = true\n"}) {
    EXPECT_TRUE(load("[overlay]\n" + address + others + cluster));
    EXPECT_THAT(complaint("[overlay]\n" + others + cluster),
                HasSubstr("overlay.listen"));
  }
}

TEST(config, addresses_that_others_cannot_use_are_refused) {
  for (const auto* listen : {"0.0.0.0:7480", "[::]:7480", "192.0.2.1:0"}) {
    const auto overlay =
      "[overlay]\nlisten = \"" + std::string{listen} + "\"\n";
    EXPECT_THAT(complaint(overlay), HasSubstr("overlay.advertise"));
    EXPECT_TRUE(load(overlay + "advertise = \"192.0.2.1:7480\"\n"));
  }
  EXPECT_THAT(complaint("[overlay]\nadvertise = \"192.0.2.1:7480\"\n"),
              HasSubstr("overlay.listen"));
}

TEST(config, an_unknown_key_is_named_with_value_and_line) {
  EXPECT_THAT(complaint("[node]\nname = \"a\"\npeer = 3\n"),
              AllOf(HasSubstr("node.toml:3"), HasSubstr("node.peer = 3"),
                    HasSubstr("unknown")));
  EXPECT_THAT(complaint("[nodes]\nname = \"a\"\n"), HasSubstr("nodes.name"));
  EXPECT_THAT(complaint("name = \"a\"\n"), HasSubstr("name = \"a\""));
  EXPECT_THAT(complaint("[[node]]\nname = \"a\"\n"), HasSubstr("unknown"));
  EXPECT_THAT(complaint("[log.levels]\nphone = \"info\"\n"),
              HasSubstr("log.levels.phone"));
  EXPECT_THAT(complaint("[sip.user]\nx.name = \"a\"\n"),
              HasSubstr("sip.user.x.name"));
}

struct bad_value {
  const char* text;
  const char* key;
  const char* reason;
};

class bad_value_test : public testing::TestWithParam<bad_value> {};

TEST_P(bad_value_test, is_named_with_key_line_and_reason) {
  const auto& [text, key, reason] = GetParam();
  // Two lines before it: the table's name, and the key on line 3.
  EXPECT_THAT(
    complaint(text),
    AllOf(HasSubstr("node.toml:3: "), HasSubstr(key), HasSubstr(reason)));
}

INSTANTIATE_TEST_SUITE_P(
  config, bad_value_test,
  testing::Values(
    bad_value{"\n[node]\nname = \"A\"", "node.name = A", "lower-case"},
    bad_value{"\n[node]\nname = 1", "node.name = 1", "text in quotes"},
    bad_value{"\n[node]\ndomain = \"a b\"", "node.domain", "domain"},
    bad_value{"\n[node]\ndata_dir = \"\"", "node.data_dir", "directory"},
    bad_value{"\n[node]\ndata_dir = \"a\\u0000b\"", "node.data_dir", "null"},
    bad_value{"\n[node]\npeers = 0", "node.peers = 0", "expected 1 to"},
    bad_value{"\n[node]\npeers = -1", "node.peers = -1", "whole number"},
    bad_value{"\n[node]\npeers = 4294967296", "node.peers", "whole number"},
    bad_value{"\n[node]\npeers = \"4\"", "node.peers = \"4\"", "whole number"},
    bad_value{"\n[node]\npeers = 1.5", "node.peers", "whole number"},
    bad_value{"\n[node]\npeers = true", "node.peers", "whole number"},
    bad_value{"\n[node]\nroles = \"bootstrap\"", "node.roles", "list"},
    bad_value{"\n[node]\nroles = [\"king\"]", "[\"king\"]", "bootstrap"},
    bad_value{"\n[node]\nroles = [1]", "node.roles", "list of texts"},
    bad_value{"\n[overlay]\nk = 1", "overlay.k = 1", "at least 2"},
    bad_value{"\n[overlay]\nk = 0", "overlay.k = 0", "at least 2"},
    bad_value{"\n[overlay]\nk = 9", "overlay.k = 9", "overlay.n, which is 8"},
    bad_value{"\n[overlay]\nn = 255", "overlay.n = 255", "at most 254"},
    bad_value{"\n[overlay]\nreplicas = 0", "overlay.replicas", "expected 1"},
    bad_value{"\n[overlay]\nreplicas = 17", "overlay.replicas", "expected 1"},
    bad_value{"\n[overlay]\nexpected_hostile_share = 0.6",
              "overlay.expected_hostile_share = 0.6", "expected 0 to 0.5"},
    bad_value{"\n[overlay]\nexpected_hostile_share = -1",
              "overlay.expected_hostile_share = -1", "expected 0 to 0.5"},
    bad_value{"\n[overlay]\nexpected_hostile_share = nan",
              "overlay.expected_hostile_share = nan", "expected 0 to 0.5"},
    bad_value{"\n[overlay]\nexpected_hostile_share = \"some\"",
              "overlay.expected_hostile_share", "expected a number"},
    bad_value{"\n[overlay]\nlisten = \"host\"", "overlay.listen", "IP:PORT"},
    bad_value{"\n[overlay]\nbootstrap = [\"a:1#x\"]", "overlay.bootstrap",
              "sha256"},
    bad_value{"\n[overlay]\ndiscovery = 1", "overlay.discovery = 1",
              "true or false"},
    bad_value{"\n[overlay]\nring = \"a\"", "overlay.ring = \"a\"", "sha256="},
    bad_value{"\n[identity]\nmode = \"none\"", "identity.mode = \"none\"",
              "ad-hoc"},
    bad_value{"\n[sip]\nlisten = [\"127.0.0.1:5060\"]", "sip.listen",
              "udp:IP:PORT"},
    bad_value{"\n[sip]\nlisten = []", "sip.listen", "at least one address"},
    bad_value{"\n[sip]\nlisten = \"\"", "sip.listen = \"\"", "udp:IP:PORT"},
    bad_value{"\n[sip]\nlisten = [\"\"]", "sip.listen", "udp:IP:PORT"},
    bad_value{"\n[sip]\nlisten = [\"udp:[::1]:5\", \"udp:[::1]:5\"]",
              "sip.listen = udp:[::1]:5", "named twice"},
    bad_value{"\n[sip]\ndigest = [\"\"]", "sip.digest", "SHA-256"},
    bad_value{"\n[node]\nroles = [\"\"]", "node.roles", "bootstrap"},
    bad_value{"\n[overlay]\nbootstrap = [\"\"]", "overlay.bootstrap",
              "HOST:PORT"},
    bad_value{"\n[cluster]\nseeds = [\"\"]", "cluster.seeds", "HOST:PORT"},
    bad_value{"\n[sip]\nlisten = [\"udp:0.0.0.0:5060\"]",
              "sip.listen = udp:0.0.0.0:5060", "name each address"},
    bad_value{"\n[sip]\nlisten = [\"tcp:[0::0]:5060\"]\n"
              "[[sip.user]]\nname = \"alice\"\n"
              "ha1 = \"0123456789abcdef0123456789abcdef\"",
              "sip.listen = tcp:[0::0]:5060", "name each address"},
    bad_value{"\n[sip]\nlisten = [\"tcp:[2001:db8::1]:5060\"]", "sip.listen",
              "[[sip.user]]"},
    bad_value{"\n[sip]\nsecurity = \"none\"", "sip.security", "protected"},
    bad_value{"\n[sip]\nmode = \"b2bua\"", "sip.mode", "proxy"},
    bad_value{"\n[sip]\ncontact = \"none\"", "sip.contact", "guarded"},
    bad_value{"\n[sip]\nadvertise = \"udp:host:5060\"", "sip.advertise",
              "udp:IP:PORT"},
    bad_value{"\n[sip]\nadvertise = \"udp:0.0.0.0:5060\"",
              "sip.advertise = udp:0.0.0.0:5060", "can call"},
    bad_value{"\n[sip]\nadvertise = \"udp:192.0.2.1:0\"", "sip.advertise",
              "can call"},
    bad_value{"\n[sip]\nadvertise = \"tls:192.0.2.1:5061\"",
              "sip.advertise = tls:192.0.2.1:5061", "nothing listens"},
    bad_value{"\n[sip]\nkey = \"a.key\"", "sip.certificate", "both files"},
    bad_value{"\n[sip]\ndigest = [\"SHA-1\"]", "sip.digest", "SHA-256"},
    bad_value{"\n[sip]\ndigest = []", "sip.digest", "at least one"},
    bad_value{"\n[cluster]\nlisten = \"x:1\"", "cluster.listen", "IP:PORT"},
    bad_value{"\n[admin]\nlisten = 1", "admin.listen", "text in quotes"},
    bad_value{"\n[log]\nlevel = \"loud\"", "log.level", "trace"},
    bad_value{"\n[log]\nlevels.sip = \"\"", "log.levels.sip", "trace"},
    bad_value{"\n[[sip.user]]\nname = \"Bob\"", "sip.user[0].name = Bob",
              "a-z"},
    bad_value{"\n[[sip.user]]\nphone = \"b\"", "sip.user[0].phone",
              "unknown"}));

TEST(config, others_may_reach_the_admin_interface_with_tls_and_a_token_only) {
  const auto with = [](const std::string& more) {
    return complaint("[admin]\nlisten = \"192.0.2.1:7481\"\n" + more);
  };
  const std::string tls = "certificate = \"c\"\nkey = \"k\"\n";
  const std::string token = "token_file = \"t\"\n";
  for (const auto& more : {std::string{}, tls, token})
    EXPECT_THAT(with(more),
                AllOf(HasSubstr("node.toml:2: admin.listen = 192.0.2.1:7481"),
                      HasSubstr("admin.token_file")));
  EXPECT_EQ(with(tls + token), "accepted");
  EXPECT_THAT(with(token + "certificate = \"c\""), HasSubstr("admin.key"));
  EXPECT_EQ(complaint("[admin]\nlisten = \"[::1]:0\"\n" + tls), "accepted");
  EXPECT_THAT(complaint("[admin]\nkey = \"k\"\n"),
              HasSubstr("admin.certificate"));
}

std::string with_user(const std::string& fields) {
  return "[sip]\nlisten = [\"udp:192.0.2.1:5060\"]\n[[sip.user]]\n" + fields;
}

TEST(config, named_users_permit_an_address_that_others_reach) {
  for (const auto& fields : {"name = \"bob\"\nha1 = \"" + md5_ha1 + "\"",
                             "name = \"bob\"\nha1 = \"" + sha256_ha1 + "\"",
                             "name = \"bob\"\npassword_file = \""
                               + std::string{readable_file} + "\""})
    EXPECT_EQ(complaint(with_user(fields)), "accepted");
}

TEST(config, a_user_has_one_password) {
  EXPECT_THAT(complaint(with_user("name = \"bob\"")),
              AllOf(HasSubstr("node.toml:4: sip.user[0].name = bob"),
                    HasSubstr("either password_file"),
                    HasSubstr("printf %s bob:example.org:PASSWORD")));
  EXPECT_THAT(complaint(with_user("name = \"bob\"\npassword_file = \""
                                  + std::string{readable_file} + "\"\nha1 = \""
                                  + md5_ha1 + "\"")),
              HasSubstr("either"));
}

TEST(config, a_password_file_must_be_readable) {
  EXPECT_THAT(
    complaint(with_user("name = \"bob\"\npassword_file = \"/missing/file\"")),
    AllOf(HasSubstr("node.toml:5"),
          HasSubstr("sip.user[0].password_file = /missing/file"),
          HasSubstr("cannot be read")));
}

TEST(config, ha1_fits_a_digest_algorithm_and_stays_out_of_messages) {
  for (const auto& ha1 : {std::string{"secret"}, std::string(32, 'x'),
                          std::string(40, 'a'), std::string(63, 'a')})
    EXPECT_THAT(
      complaint(with_user("name = \"bob\"\nha1 = \"" + ha1 + "\"")),
      AllOf(HasSubstr("node.toml:5: sip.user[0].ha1"), Not(HasSubstr(ha1))));
  EXPECT_THAT(complaint(with_user("name = \"bob\"\ndigest = [\"MD5\"]\nha1 = \""
                                  + sha256_ha1 + "\"")),
              HasSubstr("sip.user[0].ha1"));
  EXPECT_THAT(complaint(with_user("name = \"bob\"\nha1 = 123456789")),
              AllOf(HasSubstr("sip.user[0].ha1"), Not(HasSubstr("123456789"))));
}

TEST(config, a_secret_without_quotes_stays_out_of_messages) {
  for (const std::string ha1 :
       {"12345678901234567890123456789012", "1234567890123456789012345678901e",
        "01234567890123456789012345678901", "\"12345678901234567890123456789",
        "0x345678901234567890123456789012", "1e2345678", "1234_", "abcdef"})
    EXPECT_THAT(
      complaint(with_user("name = \"bob\"\nha1 = " + ha1)),
      AllOf(HasSubstr("node.toml:5: "), HasSubstr("ha1"), Not(HasSubstr(ha1))));
}

TEST(config, what_somebody_takes_for_the_key_of_a_password_is_not_shown) {
  for (const auto* key : {"password", "ha2", "secret", "hash.ha1"})
    EXPECT_THAT(complaint(with_user("name = \"bob\"\n" + std::string{key}
                                    + " = \"correct horse\"")),
                AllOf(HasSubstr("node.toml:5: sip.user[0]." + std::string{key}),
                      HasSubstr("unknown"), Not(HasSubstr("horse"))));
}

TEST(config, an_ha1_that_does_not_fit_comes_with_how_to_make_one) {
  EXPECT_THAT(complaint("[node]\ndomain = \"example.net\"\n"
                        + with_user("name = \"bob\"\nha1 = \"abc\"")),
              HasSubstr("printf %s bob:example.net:PASSWORD | md5sum"));
}

std::string key_of_parts(size_t count) {
  std::string key = "a";
  for (size_t i = 1; i < count; ++i)
    key += i % 2 == 0 ? ".a" : R"( . "b.\"c")";
  return key;
}

TEST(config, keys_are_not_deep) {
  const auto deepest = key_of_parts(defaults::max_key_depth);
  const auto too_deep = key_of_parts(defaults::max_key_depth + 1);
  const auto refusal = AllOf(HasSubstr("node.toml:3: "), HasSubstr("parts"));
  for (const std::string form :
       {"\n\n%=1", "\n\n[%]", "\n\n[[%]]", "\n\nx = {% = 1}",
        "\n\nx = [{y = 1, % = 1}]", "# it's\nx = '''a\n\"''' \n%=1"}) {
    const auto with = [&](const std::string& key) {
      auto text = form;
      return text.replace(text.find('%'), 1, key);
    };
    EXPECT_THAT(complaint(with(too_deep)), HasSubstr("parts")) << form;
    EXPECT_THAT(complaint(with(deepest)), Not(HasSubstr("parts"))) << form;
  }
  EXPECT_THAT(complaint("\n\n" + key_of_parts(300'000) + " = 1"), refusal);
  EXPECT_THAT(complaint("\n\n" + std::string(300'000, '.')), refusal);
}

TEST(config, dots_in_texts_and_comments_make_no_key_deep) {
  const std::string dots(100, '.');
  EXPECT_EQ(complaint("# " + dots + "\n[node]\nname = \"a\" # " + dots
                      + "\ndata_dir = '''" + dots + "\n'" + dots + "'''\n"),
            "accepted");
  EXPECT_EQ(complaint("[node]\ndata_dir = \"\\\"" + dots + "\"\n"), "accepted");
}

TEST(config, an_outer_listener_beside_loopback_needs_no_users) {
  EXPECT_EQ(complaint("[sip]\nlisten = [\"udp:127.0.0.1:5060\", "
                      "\"udp:192.0.2.1:5060\"]\ncontact = \"guarded\"\n"
                      "advertise = \"udp:198.51.100.1:5060\"\n"),
            "accepted");
}

TEST(config, a_user_is_named_once) {
  const auto user = "[[sip.user]]\nname = \"bob\"\nha1 = \"" + md5_ha1 + "\"\n";
  EXPECT_THAT(complaint(user + user),
              AllOf(HasSubstr("node.toml:5"),
                    HasSubstr("sip.user[1].name = bob"), HasSubstr("twice")));
}

TEST(config, lists_are_bounded) {
  std::string list;
  for (size_t i = 0; i <= defaults::max_config_list; ++i)
    list += "\"udp:127.0.0.1:1\",";
  EXPECT_THAT(complaint("[sip]\nlisten = [" + list + "]"),
              HasSubstr("at most"));
}

TEST(config, what_is_no_toml_is_refused_with_its_line) {
  EXPECT_THAT(complaint("[node]\nname = \n"), HasSubstr("node.toml:2: "));
  EXPECT_THAT(complaint("[node]\nname = \"a\"\nname = \"b\"\n"),
              HasSubstr("node.toml:3: "));
  EXPECT_THAT(complaint("\xff\xfe"), HasSubstr("node.toml:1: "));
  EXPECT_THAT(complaint("a = " + std::string(100000, '[')),
              HasSubstr("node.toml:1: "));
}

TEST(config_file, that_is_missing_is_named) {
  const auto settings = read_config_file("/missing/node.toml");
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, errc::invalid_configuration);
  EXPECT_THAT(settings.error().detail, HasSubstr("/missing/node.toml"));
}

TEST(config_file, is_read_from_the_disk) {
  const auto settings =
    read_config_file(std::string{CARILLON_TEST_DATA} + "/architecture.toml");
  ASSERT_TRUE(settings);
  EXPECT_THAT(settings->front().origin, HasSubstr("architecture.toml:2"));
}

} // namespace

} // namespace carillon
