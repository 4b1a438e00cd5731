// SPDX-License-Identifier: MIT
#include "web_token.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <boost/json.hpp>

namespace tickwork::influxdb_api {

namespace json = boost::json;

namespace {

const EVP_MD* digest_of(std::string_view algorithm) {
  if (algorithm == "HS256") return EVP_sha256();
  if (algorithm == "HS384") return EVP_sha384();
  return algorithm == "HS512" ? EVP_sha512() : nullptr;
}

bool decode_object(std::string_view part, json::object& out, std::string& error) {
  std::string text;
  if (!from_base64(part, true, text)) {
    error = "illegal base64 data at input byte " + std::to_string(part.size());
    return false;
  }
  boost::system::error_code failure;
  json::value parsed = json::parse(text, failure);
  if (!failure && parsed.is_object()) return out = parsed.get_object(), true;
  error = "token is not JSON";
  return false;
}

std::string_view text_at(const json::object& o, const char* key) {
  const json::value* v = o.if_contains(key);
  if (!v || !v->is_string()) return {};
  return {v->get_string().data(), v->get_string().size()};
}

// Seconds since 1970; false when the claim is absent or no number.
bool seconds_at(const json::object& o, const char* key, double& out) {
  const json::value* v = o.if_contains(key);
  if (!v || !v->is_number()) return false;
  out = v->to_number<double>();
  return true;
}

bool signed_by(std::string_view text, std::string_view signature, const EVP_MD* digest,
               const std::string& secret) {
  std::string given;
  if (!from_base64(signature, true, given)) return false;
  unsigned char made[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(digest, secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), made, &length);
  return given.size() == length && CRYPTO_memcmp(given.data(), made, length) == 0;
}

std::string check_claims(const json::object& claims, int64_t now_ns, std::string& error) {
  const double now = static_cast<double>(now_ns / 1'000'000'000);
  double at = 0;
  bool expires = seconds_at(claims, "exp", at);
  if (expires && now > at) return error = "Token is expired", "";
  if (seconds_at(claims, "iat", at) && now < at) return error = "Token used before issued", "";
  if (seconds_at(claims, "nbf", at) && now < at) return error = "Token is not valid yet", "";
  if (!expires) return error = "token expiration required", "";
  const json::value* user = claims.if_contains("username");
  if (!user || !user->is_string()) return error = "username in token must be a string", "";
  if (user->get_string().empty()) return error = "token must contain a username", "";
  return std::string(user->get_string());
}

}  // namespace

bool from_base64(std::string_view text, bool for_urls, std::string& out) {
  out.resize(text.size());
  size_t length = 0;
  const char* end = nullptr;
  int variant =
      for_urls ? sodium_base64_VARIANT_URLSAFE_NO_PADDING : sodium_base64_VARIANT_ORIGINAL;
  int status = sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                                 text.data(), text.size(), nullptr, &length, &end, variant);
  out.resize(length);
  return status == 0 && end == text.data() + text.size();
}

std::string token_user(std::string_view token, const std::string& secret, int64_t now_ns,
                       std::string& error) {
  error.clear();
  size_t first = token.find('.');
  size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return error = "token contains an invalid number of segments", "";
  }
  json::object head, claims;
  if (!decode_object(token.substr(0, first), head, error)) return "";
  if (!decode_object(token.substr(first + 1, second - first - 1), claims, error)) return "";
  const EVP_MD* digest = digest_of(text_at(head, "alg"));
  if (!digest) {
    return error = "unexpected signing method: " + std::string(text_at(head, "alg")), "";
  }
  if (!signed_by(token.substr(0, second), token.substr(second + 1), digest, secret)) {
    return error = "signature is invalid", "";
  }
  return check_claims(claims, now_ns, error);
}

}  // namespace tickwork::influxdb_api
