#include "protocols/secp2psip/hpke.hpp"

#include <botan/chacha_rng.h>

#include <fstream>
#include <map>
#include <sstream>

using namespace carillon;
using namespace carillon::secp2psip;

namespace {

/// Yields fixed bytes, once.
class fixed_rng final : public Botan::RandomNumberGenerator {
public:
  explicit fixed_rng(bytes data)
    : data_(std::move(data)) {}

  void randomize(uint8_t output[], size_t length) override {
    ASSERT_LE(length, data_.size() - used_);
    std::copy_n(data_.begin() + static_cast<ptrdiff_t>(used_), length, output);
    used_ += length;
  }

  bool accepts_input() const override {
    return false;
  }

  void add_entropy(const uint8_t[], size_t) override {}

  std::string name() const override {
    return "fixed";
  }

  void clear() override {}

  bool is_seeded() const override {
    return true;
  }

private:
  bytes data_;
  size_t used_ = 0;
};

std::map<std::string, bytes> read_vector() {
  std::ifstream file{CARILLON_TEST_DATA "/rfc9180-a2.txt"};
  std::map<std::string, bytes> result;
  std::string line;
  while (std::getline(file, line)) {
    const auto colon = line.find(": ");
    if (line.starts_with('#') || colon == std::string::npos)
      continue;
    // The numbers at the head of the file are not hexadecimal strings.
    if (auto value = from_hex(line.substr(colon + 2)))
      result.emplace(line.substr(0, colon), *value);
  }
  return result;
}

Botan::Curve25519_PrivateKey private_key(const bytes& data) {
  return Botan::Curve25519_PrivateKey{
    Botan::secure_vector<uint8_t>{data.begin(), data.end()}};
}

class hpke_vector : public testing::Test {
protected:
  std::map<std::string, bytes> vector = read_vector();

  bytes sealed() {
    auto result = vector.at("enc");
    const auto& ct = vector.at("ct");
    result.insert(result.end(), ct.begin(), ct.end());
    return result;
  }

  expected<bytes> open(const bytes& data) {
    return hpke::open(private_key(vector.at("skRm")), vector.at("info"),
                      vector.at("aad"), data);
  }
};

// RFC 7748 and https://cr.yp.to/ecdh.html#validate: every encoding of a point
// of low order on Curve25519 and its twist.
constexpr auto low_order_points = std::to_array<std::string_view>({
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
});

} // namespace

TEST_F(hpke_vector, seals_as_in_rfc_9180) {
  fixed_rng rng{vector.at("ikmE")};
  const auto result = hpke::seal(vector.at("pkRm"), vector.at("info"),
                                 vector.at("aad"), vector.at("pt"), rng);
  ASSERT_TRUE(result);
  EXPECT_EQ(to_hex(*result), to_hex(sealed()));
}

TEST_F(hpke_vector, opens_as_in_rfc_9180) {
  EXPECT_EQ(open(sealed()), vector.at("pt"));
}

TEST_F(hpke_vector, refuses_every_altered_byte) {
  for (size_t i = 0; i < sealed().size(); ++i) {
    auto data = sealed();
    data[i] ^= 1;
    const auto result = open(data);
    ASSERT_FALSE(result) << "byte " << i;
    EXPECT_EQ(result.error().code, errc::decryption_failed);
  }
}

TEST_F(hpke_vector, refuses_every_truncation) {
  for (size_t size = 0; size < sealed().size(); ++size) {
    auto data = sealed();
    data.resize(size);
    const auto result = open(data);
    ASSERT_FALSE(result) << "size " << size;
    EXPECT_EQ(result.error().code, errc::decryption_failed);
  }
}

TEST_F(hpke_vector, refuses_another_key_info_or_aad) {
  const auto key = private_key(vector.at("skRm"));
  const auto other = private_key(vector.at("skEm"));
  const auto& info = vector.at("info");
  const auto& aad = vector.at("aad");
  ASSERT_TRUE(hpke::open(key, info, aad, sealed()));
  EXPECT_FALSE(hpke::open(other, info, aad, sealed()));
  EXPECT_FALSE(hpke::open(key, aad, aad, sealed()));
  EXPECT_FALSE(hpke::open(key, {}, aad, sealed()));
  EXPECT_FALSE(hpke::open(key, info, info, sealed()));
  EXPECT_FALSE(hpke::open(key, info, {}, sealed()));
}

TEST_F(hpke_vector, refuses_encapsulated_keys_of_low_order) {
  for (const auto point : low_order_points) {
    auto data = *from_hex(point);
    data.resize(data.size() + hpke::tag_size);
    const auto result = open(data);
    ASSERT_FALSE(result) << point;
    EXPECT_EQ(result.error().code, errc::decryption_failed);
    EXPECT_EQ(result.error().detail, "X25519 public key of low order");
  }
}

TEST(hpke, refuses_to_seal_to_keys_of_low_order) {
  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32)};
  for (const auto point : low_order_points) {
    const auto result = hpke::seal(*from_hex(point), {}, {}, {}, rng);
    ASSERT_FALSE(result) << point;
    EXPECT_EQ(result.error().code, errc::invalid_key);
  }
}

TEST(hpke, refuses_to_seal_to_keys_of_another_size) {
  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32)};
  for (const size_t size : {0, 31, 33}) {
    const auto result = hpke::seal(bytes(size, 9), {}, {}, {}, rng);
    ASSERT_FALSE(result) << size;
    EXPECT_EQ(result.error().code, errc::invalid_key);
  }
}

TEST(hpke, carries_plaintexts_of_any_size) {
  Botan::ChaCha_RNG rng{Botan::secure_vector<uint8_t>(32)};
  const Botan::Curve25519_PrivateKey key{rng};
  for (const size_t size : {0, 1, 63, 64, 65, 65536}) {
    const auto plaintext = bytes(size, 'x');
    const auto sealed = hpke::seal(key.public_value(), {}, {}, plaintext, rng);
    ASSERT_TRUE(sealed);
    EXPECT_EQ(sealed->size(), size + hpke::overhead);
    EXPECT_EQ(hpke::open(key, {}, {}, *sealed), plaintext);
  }
}
