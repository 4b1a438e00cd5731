// SPDX-License-Identifier: MIT
// Who may do what: credentials, tokens and grants over a storage with three users. What InfluxDB
// answers to the same is compared in tests/differential/access.py.
#include <gtest/gtest.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <tickwork/testing.hpp>
#include <tickwork/testing/http.hpp>
#include <tickwork/tickwork.hpp>

#include <array>
#include <deque>

#include "privileges.hpp"
#include "web_token.hpp"

namespace tickwork::influxdb_api {
namespace {

using Cells = std::vector<std::vector<std::string>>;

// Rows of text as an Arrow stream; they live as long as the test.
struct TextRows {
  std::deque<std::string> bytes;
  std::deque<std::vector<int32_t>> ends;
  std::deque<std::array<const void*, 3>> buffers;
  std::vector<ArrowArray> items;
  std::vector<ArrowArray*> children;
  std::vector<ArrowSchema> fields;
  std::vector<ArrowSchema*> schemas;
  const void* none[1] = {nullptr};
  int64_t rows = 0;
  bool given = false;

  TextRows(const Cells& cells, size_t columns) : items(columns), fields(columns) {
    rows = static_cast<int64_t>(cells.size());
    for (size_t c = 0; c < columns; ++c) {
      auto& text = bytes.emplace_back();
      auto& end = ends.emplace_back(1, 0);
      for (auto& row : cells) {
        text += row[c];
        end.push_back(static_cast<int32_t>(text.size()));
      }
      buffers.push_back({nullptr, end.data(), text.data()});
      items[c] = {rows,    0,       0,
                  3,       0,       buffers.back().data(),
                  nullptr, nullptr, [](ArrowArray* a) { a->release = nullptr; },
                  nullptr};
      fields[c] = {"u",    "c",     nullptr, 0,
                   0,      nullptr, nullptr, [](ArrowSchema* s) { s->release = nullptr; },
                   nullptr};
    }
    for (auto& item : items) children.push_back(&item);
    for (auto& field : fields) schemas.push_back(&field);
  }
};

ArrowArrayStream stream_of(TextRows& rows) {
  ArrowArrayStream out{};
  out.private_data = &rows;
  out.get_schema = [](ArrowArrayStream* s, ArrowSchema* schema) {
    auto& r = *static_cast<TextRows*>(s->private_data);
    *schema = {"+s",
               "",
               nullptr,
               0,
               static_cast<int64_t>(r.schemas.size()),
               r.schemas.data(),
               nullptr,
               [](ArrowSchema* self) { self->release = nullptr; },
               nullptr};
    return 0;
  };
  out.get_next = [](ArrowArrayStream* s, ArrowArray* array) {
    auto& r = *static_cast<TextRows*>(s->private_data);
    *array = {};
    if (r.given || r.rows == 0) return 0;
    r.given = true;
    *array = {r.rows,
              0,
              0,
              1,
              static_cast<int64_t>(r.children.size()),
              r.none,
              r.children.data(),
              nullptr,
              [](ArrowArray* self) { self->release = nullptr; },
              nullptr};
    return 0;
  };
  out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out.release = [](ArrowArrayStream* s) { s->release = nullptr; };
  return out;
}

std::string hashed(const std::string& password) {
  char out[crypto_pwhash_STRBYTES];
  EXPECT_GE(sodium_init(), 0);
  EXPECT_EQ(crypto_pwhash_str(out, password.data(), password.size(), crypto_pwhash_OPSLIMIT_MIN,
                              crypto_pwhash_MEMLIMIT_MIN),
            0);
  return out;
}

struct UserStorage {
  Cells users, grants;
  std::deque<TextRows> kept;
  size_t written = 0;
  static UserStorage& of(tw_instance* self) { return *reinterpret_cast<UserStorage*>(self); }

  static tw_status write(tw_instance* self, tw_str, tw_str, const tw_batch*, tw_error*) {
    return ++of(self).written, tw_status{TW_OK};
  }
  static tw_status list(tw_instance* self, uint32_t what, const tw_scan* scan,
                        ArrowArrayStream* out, tw_error* error) {
    UserStorage& storage = of(self);
    if (what == TW_RETENTION_POLICIES) {
      return view(scan->database) == "db" ? TW_OK : fail(error, TW_E_NOT_FOUND, "no database");
    }
    *out =
        stream_of(storage.kept.emplace_back(what == TW_USERS ? storage.users : storage.grants, 3));
    return TW_OK;
  }
};
constexpr tw_storage names_storage = {
    sizeof(tw_storage), UserStorage::write, nullptr, UserStorage::list, nullptr, nullptr};

// Answers every query with the names of three databases.
struct NamesQuery {
  std::deque<TextRows> kept;

  static tw_status run(tw_instance* self, const tw_request*, tw_results* out, tw_error*) {
    out->self = self;
    out->next = [](tw_results* r, tw_result* result, tw_error*) {
      if (!r->self) return tw_status{TW_DONE};
      auto& query = *reinterpret_cast<NamesQuery*>(r->self);
      result->name = TW_STR("databases");
      result->rows = stream_of(query.kept.emplace_back(Cells{{"db"}, {"hidden"}, {"other"}}, 1));
      r->self = nullptr;
      return tw_status{TW_OK};
    };
    out->release = [](tw_results* r) { r->release = nullptr; };
    return TW_OK;
  }
};
constexpr tw_query names_query = {sizeof(tw_query), "influxql", NamesQuery::run};

class AccessTest : public ::testing::Test {
 protected:
  AccessTest() {
    storage_.users = {{"root", hashed("rp"), "true"},
                      {"bob", hashed("bp"), "false"},
                      {"eve", hashed("ep"), "false"}};
    storage_.grants = {{"bob", "db", "READ"}, {"bob", "other", "ALL"}, {"eve", "db", "WRITE"}};
    http_.provide(host_);
    host_.provide(TW_STORAGE, "", &names_storage, &storage_);
    host_.provide(TW_QUERY, "", &names_query, &query_);
    api_ = std::make_unique<testing::Instance>(
        host_.create("services.influxdb_api", "auth_enabled = true\nshared_secret = 'sss'"));
    EXPECT_TRUE(*api_) << api_->error();
    EXPECT_EQ(api_->start(), "");
  }

  testing::HttpReply query(const std::string& text, const std::string& authorization = "",
                           const std::string& more = "") {
    std::string q = text;
    for (size_t at = 0; (at = q.find(' ', at)) != std::string::npos;) q.replace(at, 1, "+");
    testing::HttpHeaders headers;
    if (!authorization.empty()) headers.emplace_back("Authorization", authorization);
    return http_.request("POST", "/query?db=db&q=" + q + more, "", headers);
  }
  testing::HttpReply write(const std::string& database, const std::string& authorization) {
    return http_.request("POST", "/write?db=" + database, "cpu v=1 1",
                         {{"Authorization", authorization}});
  }

  testing::Host host_;
  testing::HttpServer http_;
  UserStorage storage_;
  NamesQuery query_;
  std::unique_ptr<testing::Instance> api_;
};

const std::string root = "Basic cm9vdDpycA==", bob = "Token bob:bp", eve = "Token eve:ep";

TEST_F(AccessTest, NoCredentialsIsAChallenge) {
  auto reply = query("SHOW DATABASES");
  EXPECT_EQ(reply.code, 401u);
  EXPECT_EQ(reply.header("WWW-Authenticate"), "Basic realm=\"InfluxDB\"");
  EXPECT_EQ(reply.header("X-Influxdb-Error"), "");
  EXPECT_EQ(reply.body, "{\"error\":\"unable to parse authentication credentials\"}\n");
}

TEST_F(AccessTest, TakesEveryKindOfCredentials) {
  EXPECT_EQ(query("SHOW DATABASES", root).code, 200u);
  EXPECT_EQ(query("SHOW DATABASES", bob).code, 200u);
  EXPECT_EQ(query("SHOW DATABASES", "", "&u=bob&p=bp").code, 200u);
  EXPECT_EQ(query("SHOW DATABASES", root, "&u=bob").code, 200u);
}

TEST_F(AccessTest, WrongPasswordAndUnknownNameReadTheSame) {
  auto wrong = query("SHOW DATABASES", "Token bob:x"),
       unknown = query("SHOW DATABASES", "Token x:x");
  EXPECT_EQ(wrong.code, 401u);
  EXPECT_EQ(unknown.code, 401u);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_EQ(query("SHOW DATABASES", "", "&u=bob&p=x").body, wrong.body);
  EXPECT_EQ(query("SHOW DATABASES", "Token :x").body, "{\"error\":\"username required\"}\n");
}

TEST_F(AccessTest, APasswordThatWasChangedIsForgotten) {
  EXPECT_EQ(query("SHOW DATABASES", bob).code, 200u);
  storage_.users[1][1] = hashed("new");
  EXPECT_EQ(query("SHOW DATABASES", bob).code, 401u);
  EXPECT_EQ(query("SHOW DATABASES", "Token bob:new").code, 200u);
}

TEST_F(AccessTest, ShowsOnlyDatabasesThatOneMayUse) {
  auto names = [&](const std::string& who) { return query("SHOW DATABASES", who).body; };
  EXPECT_NE(names(root).find("[[\"db\"],[\"hidden\"],[\"other\"]]"), std::string::npos);
  EXPECT_NE(names(bob).find("[[\"db\"],[\"other\"]]"), std::string::npos);
  EXPECT_NE(names(eve).find("[[\"db\"]]"), std::string::npos);
}

TEST_F(AccessTest, StatementsNeedTheirPrivileges) {
  auto expect = [&](const std::string& who, const std::string& text, const std::string& need) {
    auto reply = query(text, who);
    EXPECT_EQ(reply.code, need.empty() ? 200u : 403u) << text;
    if (need.empty()) return;
    EXPECT_NE(reply.body.find("requires " + need + "\"}"), std::string::npos) << reply.body;
  };
  expect(bob, "SELECT v FROM cpu", "");
  expect(eve, "SELECT v FROM cpu", "READ on db");
  expect(bob, "SELECT v INTO x FROM cpu", "WRITE on db");
  expect(bob, "SELECT v INTO other..x FROM cpu", "");
  expect(bob, "SELECT v FROM (SELECT v FROM hidden..cpu)", "READ on hidden");
  expect(bob, "SELECT v FROM cpu, hidden..cpu", "READ on hidden");
  expect(bob, "EXPLAIN SELECT v FROM hidden..cpu", "READ on hidden");
  expect(bob, "SELECT v FROM cpu%3B SELECT v FROM hidden..cpu", "READ on hidden");
  expect(bob, "SHOW TAG KEYS ON hidden", "READ on hidden");
  expect(bob, "SHOW SERIES EXACT CARDINALITY ON hidden", "READ on hidden");
  expect(eve, "DELETE FROM cpu", "");
  expect(bob, "DELETE FROM cpu", "WRITE on db");
  expect(bob, "DROP MEASUREMENT cpu", "admin privilege");
  expect(bob,
         "CREATE CONTINUOUS QUERY c ON db BEGIN SELECT mean(v) INTO x FROM cpu GROUP BY "
         "time(1m) END",
         "WRITE on db");
  expect(bob, "GRANT ALL TO bob", "admin privilege");
  expect(bob, "SET PASSWORD FOR root %3D 'x'", "admin privilege");
  expect(root, "GRANT ALL TO bob", "");
}

TEST_F(AccessTest, WritesNeedWrite) {
  EXPECT_EQ(write("db", root).code, 204u);
  EXPECT_EQ(write("db", eve).code, 204u);
  auto reply = write("db", bob);
  EXPECT_EQ(reply.code, 403u);
  EXPECT_EQ(reply.body,
            "{\"error\":\"\\\"bob\\\" user is not authorized to write to database \\\"db\\\"\"}\n");
  EXPECT_EQ(write("nodb", bob).code, 404u);
  EXPECT_EQ(write("db", "Token eve:x").code, 401u);
  EXPECT_EQ(http_
                .request("POST", "/api/v2/write?bucket=db/&precision=ns", "cpu v=1 1",
                         {{"Authorization", bob}})
                .code,
            403u);
  EXPECT_EQ(storage_.written, 2u);
}

TEST_F(AccessTest, WithoutUsersOnlyAnAdministratorCanBeMade) {
  storage_.users.clear();
  EXPECT_EQ(query("SHOW DATABASES", root).body,
            "{\"error\":\"error authorizing query: create admin user first or disable "
            "authentication\"}\n");
  EXPECT_EQ(query("CREATE USER x WITH PASSWORD 'y'").code, 403u);
  EXPECT_EQ(query("CREATE USER x WITH PASSWORD 'y' WITH ALL PRIVILEGES").code, 200u);
  EXPECT_EQ(write("db", "").code, 403u);
}

TEST_F(AccessTest, UsersWithoutAnAdministratorAreLockedOut) {
  storage_.users.erase(storage_.users.begin());
  EXPECT_EQ(query("CREATE USER x WITH PASSWORD 'y' WITH ALL PRIVILEGES", bob).body,
            "{\"error\":\"error authorizing query: no user provided\"}\n");
  EXPECT_EQ(write("db", eve).code, 403u);
}

std::string base64(const std::string& text) {
  std::string out(sodium_base64_encoded_len(text.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                  '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()),
                    text.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();
  return out;
}

std::string token(const std::string& head, const std::string& claims,
                  const std::string& secret = "sss", const EVP_MD* digest = EVP_sha256()) {
  std::string text = base64(head) + "." + base64(claims);
  unsigned char made[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(digest, secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), made, &length);
  return text + "." + base64(std::string(reinterpret_cast<char*>(made), length));
}

TEST_F(AccessTest, WebTokens) {
  const std::string head = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  std::string later = std::to_string(host_.now() / 1'000'000'000 + 60);
  std::string before = std::to_string(host_.now() / 1'000'000'000 - 60);
  const std::string good = "{\"username\":\"bob\",\"exp\":" + later + "}";
  auto answer = [&](const std::string& text) {
    auto reply = query("SHOW DATABASES", "Bearer " + text);
    return reply.code == 200 ? "" : reply.body;
  };
  auto error = [](const std::string& text) { return "{\"error\":\"" + text + "\"}\n"; };
  EXPECT_EQ(answer(token(head, good)), "");
  EXPECT_EQ(answer(token("{\"alg\":\"HS512\"}", good, "sss", EVP_sha512())), "");
  EXPECT_EQ(answer(token(head, good, "guess")), error("signature is invalid"));
  EXPECT_EQ(answer(token("{\"alg\":\"HS512\"}", good)), error("signature is invalid"));
  EXPECT_EQ(answer(token("{\"alg\":\"none\"}", good)), error("unexpected signing method: none"));
  EXPECT_EQ(answer(base64("{\"alg\":\"none\"}") + "." + base64(good) + "."),
            error("unexpected signing method: none"));
  EXPECT_EQ(answer(base64(head) + "." + base64(good) + "."), error("signature is invalid"));
  EXPECT_EQ(answer(token(head, "{\"username\":\"bob\",\"exp\":" + before + "}")),
            error("Token is expired"));
  EXPECT_EQ(answer(token(head, "{\"username\":\"bob\"}")), error("token expiration required"));
  EXPECT_EQ(answer(token(head, "{\"username\":\"mallory\",\"exp\":" + later + "}")),
            error("user not found"));
  EXPECT_EQ(answer("a.b"), error("token contains an invalid number of segments"));
}

}  // namespace
}  // namespace tickwork::influxdb_api
