// SPDX-License-Identifier: MIT
// The endpoints over a fake HTTP server, a storage that records writes, and a query engine with a
// fixed answer. Texts and codes are InfluxDB's (reference: InfluxDB 1.6.7 and 1.8).
#include <gtest/gtest.h>
#include <zlib.h>
#include <tickwork/testing.hpp>
#include <tickwork/testing/http.hpp>
#include <tickwork/tickwork.hpp>

#include <algorithm>
#include <cstring>
#include <deque>

namespace tickwork::influxdb_api {
namespace {

// Knows the database "db"; refuses points of the measurement "bad".
struct FakeStorage {
  std::string written, retention;
  static FakeStorage& of(tw_instance* self) { return *reinterpret_cast<FakeStorage*>(self); }

  static tw_status write(tw_instance* self, tw_str db, tw_str rp, const tw_batch* batch,
                         tw_error* error) {
    if (view(db) != "db") return fail(error, TW_E_NOT_FOUND, "database not found: " + string(db));
    if (view(rp) == "norp") {
      return fail(error, TW_E_NOT_FOUND, "retention policy not found: norp");
    }
    FakeStorage& storage = of(self);
    storage.retention = string(rp);
    bool refused = false;
    for (const tw_point& p : Batch{batch}) {
      if (view(p.name) == "bad") {
        refused = true;
      } else {
        storage.written += testing::line(p) + "\n";
      }
    }
    return refused ? fail(error, TW_PARTIAL, "field type conflict: x dropped=1") : TW_OK;
  }
  static tw_status list(tw_instance*, uint32_t, const tw_scan* scan, ArrowArrayStream*,
                        tw_error* error) {
    return view(scan->database) == "db" ? TW_OK : fail(error, TW_E_NOT_FOUND, "no database");
  }
};
constexpr tw_storage storage_table = {
    sizeof(tw_storage), FakeStorage::write, nullptr, FakeStorage::list, nullptr, nullptr};

// Two rows of one series, in static memory.
const int64_t row_times[] = {0, 1'500'000'000};
const double row_values[] = {1, 2.5};
const uint8_t row_valid[] = {1};  // the second value is null
const void* time_buffers[] = {nullptr, row_times};
const void* value_buffers[] = {row_valid, row_values};
const void* no_buffers[] = {nullptr};

struct FixedRows {
  int given = 0, most = 1;  // arrays
  bool breaks = false;      // fails in place of its end
  ArrowArray items[2];
  ArrowArray* children[2] = {&items[0], &items[1]};
  ArrowSchema fields[2];
  ArrowSchema* schemas[2] = {&fields[0], &fields[1]};
};

void keep(ArrowArray* a) { a->release = nullptr; }
void keep_schema(ArrowSchema* s) { s->release = nullptr; }

int fixed_schema(ArrowArrayStream* s, ArrowSchema* out) {
  auto& rows = *static_cast<FixedRows*>(s->private_data);
  const char* formats[] = {"tsn:", "g"};
  const char* names[] = {"time", "v<1>"};
  for (int i = 0; i < 2; ++i) {
    rows.fields[i] = {formats[i], names[i], nullptr, 0, 0, nullptr, nullptr, keep_schema, nullptr};
  }
  *out = {"+s", "", nullptr, 0, 2, rows.schemas, nullptr, keep_schema, nullptr};
  return 0;
}

int fixed_next(ArrowArrayStream* s, ArrowArray* out) {
  auto& rows = *static_cast<FixedRows*>(s->private_data);
  *out = {};
  if (rows.given == rows.most) return rows.breaks ? 5 : 0;
  ++rows.given;
  rows.items[0] = {2, 0, 0, 2, 0, time_buffers, nullptr, nullptr, keep, nullptr};
  rows.items[1] = {2, 1, 0, 2, 0, value_buffers, nullptr, nullptr, keep, nullptr};
  *out = {2, 0, 0, 1, 2, no_buffers, rows.children, nullptr, keep, nullptr};
  return 0;
}

ArrowArrayStream fixed_stream(int arrays, bool breaks) {
  ArrowArrayStream out{};
  static std::deque<FixedRows> kept;  // the arrays outlive the stream, as Arrow's contract says
  FixedRows& rows = kept.emplace_back();
  rows.most = arrays;
  rows.breaks = breaks;
  out.private_data = &rows;
  out.get_schema = fixed_schema;
  out.get_next = fixed_next;
  out.get_last_error = [](ArrowArrayStream* s) -> const char* {
    return static_cast<FixedRows*>(s->private_data)->breaks ? "query interrupted" : nullptr;
  };
  out.release = [](ArrowArrayStream* s) { s->release = nullptr; };
  return out;
}

// "bad" does not parse; "fail" has a failed statement; anything else has the two rows, "twice" two
// times, and "break" then fails, "break late" after many.
struct FakeQuery {
  std::string text, database;
  uint32_t flags = 0;
  static inline int arrays = 1;
  static inline bool breaks = false;

  static tw_status run(tw_instance* self, const tw_request* request, tw_results* out,
                       tw_error* error) {
    auto& query = *reinterpret_cast<FakeQuery*>(self);
    query.text = string(request->text);
    query.database = string(request->database);
    query.flags = request->flags;
    if (query.text == "bad") return fail(error, TW_E_INVALID, "error parsing query: found bad");
    out->self = new int(query.text == "fail" ? 2 : 0);
    arrays = query.text == "twice" ? 2 : query.text == "break late" ? 5000 : 1;
    breaks = query.text.starts_with("break");
    out->next = [](tw_results* r, tw_result* result, tw_error*) {
      static const tw_tag tags[] = {{TW_STR("host"), TW_STR("a b")}};
      int& state = *static_cast<int*>(r->self);
      if (state == 1) return tw_status{TW_DONE};
      result->statement = 0;
      if (state == 2) {
        result->error = TW_STR("database not found: x");
      } else {
        result->name = TW_STR("cpu");
        result->tags = tags;
        result->n_tags = 1;
        result->rows = fixed_stream(arrays, breaks);
      }
      state = 1;
      return tw_status{TW_OK};
    };
    out->release = [](tw_results* r) {
      delete static_cast<int*>(r->self);
      r->release = nullptr;
    };
    return TW_OK;
  }
};
constexpr tw_query query_table = {sizeof(tw_query), "influxql", FakeQuery::run, nullptr};

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() {
    http_.provide(host_);
    host_.provide(TW_STORAGE, "", &storage_table, &storage_);
    host_.provide(TW_QUERY, "", &query_table, &query_);
    api_ = std::make_unique<testing::Instance>(host_.create("services.influxdb_api"));
    EXPECT_TRUE(*api_) << api_->error();
    EXPECT_EQ(api_->start(), "");
  }

  testing::HttpReply write(const std::string& target, const std::string& body,
                           const testing::HttpHeaders& headers = {}) {
    return http_.request("POST", target, body, headers);
  }
  testing::HttpReply get(const std::string& target, const testing::HttpHeaders& headers = {}) {
    return http_.request("GET", target, "", headers);
  }

  testing::Host host_;
  testing::HttpServer http_;
  FakeStorage storage_;
  FakeQuery query_;
  std::unique_ptr<testing::Instance> api_;
};

TEST_F(ApiTest, PingHasTheHeadersThatClientsLookFor) {
  auto reply = get("/ping", {{"X-Request-Id", "mine"}});
  EXPECT_EQ(reply.code, 204u);
  EXPECT_EQ(reply.header("X-Influxdb-Version"), "1.8.10");
  EXPECT_EQ(reply.header("X-Influxdb-Build"), "OSS");
  EXPECT_EQ(reply.header("Request-Id"), "mine");
  EXPECT_EQ(get("/ping?verbose=true").body, "{\"version\":\"1.8.10\"}");
}

TEST_F(ApiTest, WritesPointsWithPrecision) {
  EXPECT_EQ(write("/write?db=db&rp=r&precision=s", "cpu,host=a v=1 2\n").code, 204u);
  EXPECT_EQ(storage_.written, "cpu,host=a v=1 2000000000\n");
  EXPECT_EQ(storage_.retention, "r");
  EXPECT_EQ(write("/api/v2/write?bucket=db/x&precision=ms", "cpu v=1 2").code, 204u);
  EXPECT_EQ(storage_.retention, "x");
}

TEST_F(ApiTest, WriteErrorsAreInfluxDbs) {
  auto expect = [&](const std::string& target, const std::string& body, uint32_t code,
                    const std::string& error) {
    auto reply = write(target, body);
    EXPECT_EQ(reply.code, code) << target;
    EXPECT_EQ(reply.body, "{\"error\":\"" + error + "\"}\n") << target;
  };
  expect("/write", "cpu v=1", 400, "database is required");
  expect("/write?db=x", "cpu v=1", 404, "database not found: \\\"x\\\"");
  expect("/write?db=x", "garbage", 404, "database not found: \\\"x\\\"");
  expect("/write?db=db&rp=norp", "cpu v=1", 500, "retention policy not found: norp");
  expect("/write?db=db&consistency=x", "cpu v=1", 400, "invalid consistency level");
  expect("/write?db=db&precision=x", "cpu v=1", 400,
         "invalid precision \\\"x\\\" (use n, u, ms, s, m or h)");
  expect("/write?db=db", "cpu", 400, "unable to parse 'cpu': missing fields");
  expect("/write?db=db", "cpu v=1 1\ncpu", 400,
         "partial write: unable to parse 'cpu': missing fields dropped=0");
  expect("/write?db=db", "bad v=1 1", 400, "partial write: field type conflict: x dropped=1");
  expect(
      "/api/v2/write?bucket=", "cpu v=1", 404,
      "bucket name \\\"\\\" is missing a slash; not in \\\"database/retention-policy\\\" format");
}

TEST_F(ApiTest, EmptyAndCommentBodiesAreFine) {
  EXPECT_EQ(write("/write?db=db", "").code, 204u);
  EXPECT_EQ(write("/write?db=db", "# nothing\n\n").code, 204u);
}

TEST_F(ApiTest, BrokenGzipIsRefused) {
  auto reply = write("/write?db=db", "cpu v=1", {{"Content-Encoding", "gzip"}});
  EXPECT_EQ(reply.code, 400u);
  EXPECT_EQ(reply.body, "{\"error\":\"gzip: invalid header\"}\n");
}

TEST_F(ApiTest, AGzipBombIsRefused) {
  z_stream stream{};
  ASSERT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, 0), Z_OK);
  std::string zeros(30'000'000, '\n'), packed(100'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
  stream.avail_in = static_cast<uInt>(zeros.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  ASSERT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  auto reply = write("/write?db=db", packed, {{"Content-Encoding", "gzip"}});
  EXPECT_EQ(reply.code, 413u);
  EXPECT_EQ(reply.body, "{\"error\":\"Request Entity Too Large\"}\n");
}

TEST_F(ApiTest, QueryAnswersJsonAsGoWritesIt) {
  auto reply = get("/query?db=db&q=SELECT%20v");
  EXPECT_EQ(reply.code, 200u);
  EXPECT_EQ(reply.header("Content-Type"), "application/json");
  EXPECT_EQ(
      reply.body,
      "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"cpu\",\"tags\":{\"host\":\"a "
      "b\"},\"columns\":[\"time\",\"v\\u003c1\\u003e\"],\"values\":[[\"1970-01-01T00:00:00Z\","
      "1],[\"1970-01-01T00:00:01.5Z\",null]]}]}]}\n");
  EXPECT_EQ(query_.text, "SELECT v");
  EXPECT_EQ(query_.database, "db");
  EXPECT_EQ(query_.flags, uint32_t{TW_QUERY_READ_ONLY});
}

TEST_F(ApiTest, EpochCutsTimesToIntegers) {
  EXPECT_NE(get("/query?q=x&epoch=ms").body.find("[[0,1],[1500,null]]"), std::string::npos);
  EXPECT_NE(get("/query?q=x&epoch=s").body.find("[[0,1],[1,null]]"), std::string::npos);
}

TEST_F(ApiTest, ChunksSayWhetherMoreFollows) {
  EXPECT_EQ(
      get("/query?q=x&epoch=s&chunked=true&chunk_size=1").body,
      "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"cpu\",\"tags\":{\"host\":\"a "
      "b\"},\"columns\":[\"time\",\"v\\u003c1\\u003e\"],\"values\":[[0,1]],\"partial\":true}],"
      "\"partial\":true}]}\n"
      "{\"results\":[{\"statement_id\":0,\"series\":[{\"name\":\"cpu\",\"tags\":{\"host\":\"a "
      "b\"},\"columns\":[\"time\",\"v\\u003c1\\u003e\"],\"values\":[[1,null]]}]}]}\n");
}

TEST_F(ApiTest, ChunksDoNotDependOnBatches) {
  auto times = [](const std::string& body) {
    std::string out;
    for (size_t at = 0; (at = body.find('[', at)) != std::string::npos; ++at) {
      if (body[at + 1] == '0' || body[at + 1] == '1') out += body[at + 1];
    }
    return out + (body.ends_with("[1,null]]}]}]}\n") ? " end" : "");
  };
  for (const char* size : {"1", "2", "3", "4"}) {
    const auto reply = get("/query?q=twice&epoch=s&chunked=true&chunk_size=" + std::string(size));
    EXPECT_EQ(times(reply.body), "0101 end") << reply.body;
    const auto lines = std::count(reply.body.begin(), reply.body.end(), '\n');
    EXPECT_EQ(lines, (4 + std::stoi(size) - 1) / std::stoi(size));
  }
}

const std::string broken = "{\"statement_id\":0,\"error\":\"query interrupted\"}";

// Nothing was sent yet: as if there had been no rows.
TEST_F(ApiTest, AnEarlyFailureIsAllOfItsResult) {
  EXPECT_EQ(get("/query?q=break").body, "{\"results\":[" + broken + "]}\n");
  EXPECT_EQ(get("/query?q=break", {{"Accept", "application/x-msgpack"}}).body,
            "\x81\xa7results\x91\x81\xa5"
            "error\xb1query interrupted");
}

TEST_F(ApiTest, ALateFailureFollowsTheRows) {
  const std::string body = get("/query?q=break%20late&epoch=s").body;
  EXPECT_TRUE(body.ends_with("[1,null]]}],\"error\":\"query interrupted\"}]}\n"))
      << body.substr(body.size() - 100);
  EXPECT_EQ(std::count(body.begin(), body.end(), '['), 10'000 + 4);
}

TEST_F(ApiTest, AFailureIsAChunkOfItsOwn) {
  const std::string body = get("/query?q=break&epoch=s&chunked=true").body;
  EXPECT_TRUE(body.ends_with("\"values\":[[0,1],[1,null]]}],\"partial\":true}]}\n{\"results\":[" +
                             broken + "]}\n"))
      << body;
  EXPECT_EQ(get("/query?q=break", {{"Accept", "text/csv"}}).body,
            "name,tags,time,v<1>\ncpu,host=a b,0,1\ncpu,host=a b,1500000000,\n");
}

TEST_F(ApiTest, CsvHasNamesAndTags) {
  auto reply = get("/query?q=x", {{"Accept", "text/csv"}});
  EXPECT_EQ(reply.header("Content-Type"), "text/csv");
  EXPECT_EQ(reply.body, "name,tags,time,v<1>\ncpu,host=a b,0,1\ncpu,host=a b,1500000000,\n");
}

TEST_F(ApiTest, MessagePackHasTimesAsExtensions) {
  auto reply = get("/query?q=x", {{"Accept", "application/x-msgpack"}});
  EXPECT_EQ(reply.header("Content-Type"), "application/x-msgpack");
  const std::string zeros(8, '\0'), nothing(4, '\0');
  EXPECT_EQ(reply.body, "\x81\xa7results\x91\x82\xacstatement_id" + std::string(1, '\0') +
                            "\xa6series\x91\x84\xa4name\xa3"
                            "cpu\xa4tags\x81\xa4host\xa3"
                            "a b\xa7"
                            "columns\x92\xa4"
                            "time\xa4v<1>\xa6values\x92\x92\xc7\x0c\x05" +
                            zeros + nothing + "\xcb\x3f\xf0" + std::string(6, '\0') +
                            "\x92\xc7\x0c\x05" + std::string(7, '\0') + "\x01\x1d\xcd\x65" +
                            std::string(1, '\0') + "\xc0");
  EXPECT_EQ(get("/query?q=fail", {{"Accept", "application/x-msgpack"}}).body,
            "\x81\xa7results\x91\x81\xa5"
            "error\xb5"
            "database not found: x");
  reply = get("/query?q=bad", {{"Accept", "application/x-msgpack"}});
  EXPECT_EQ(reply.code, 400u);
  EXPECT_EQ(reply.body,
            "\x81\xa5"
            "error\xbe"
            "error parsing query: found bad");
}

TEST_F(ApiTest, PrettyIsIndentedByFour) {
  EXPECT_TRUE(get("/query?q=fail&pretty=true").body ==
              "{\n    \"results\": [\n        {\n            \"statement_id\": 0,\n"
              "            \"error\": \"database not found: x\"\n        }\n    ]\n}\n");
}

TEST_F(ApiTest, QueryErrors) {
  EXPECT_EQ(get("/query").body, "{\"error\":\"missing required parameter \\\"q\\\"\"}\n");
  auto reply = get("/query?q=bad");
  EXPECT_EQ(reply.code, 400u);
  EXPECT_EQ(reply.header("X-Influxdb-Error"), "error parsing query: found bad");
  EXPECT_EQ(http_.request("PUT", "/query").code, 405u);
}

TEST_F(ApiTest, FormsInBodiesCount) {
  http_.request("POST", "/query?db=a", "q=SELECT+1%3B&db=b",
                {{"Content-Type", "application/x-www-form-urlencoded"}});
  EXPECT_EQ(query_.text, "SELECT 1;");
  EXPECT_EQ(query_.database, "b");
  EXPECT_EQ(query_.flags, 0u);
  http_.request("POST", "/query",
                "--X\r\nContent-Disposition: form-data; name=\"q\"; filename=\"f\"\r\n\r\nSHOW "
                "DATABASES\r\n--X--\r\n",
                {{"Content-Type", "multipart/form-data; boundary=X"}});
  EXPECT_EQ(query_.text, "SHOW DATABASES");
}

TEST_F(ApiTest, CorsHeadersOnlyWithAnOrigin) {
  EXPECT_EQ(get("/ping").header("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(get("/ping", {{"Origin", "http://x"}}).header("Access-Control-Allow-Origin"),
            "http://x");
}

}  // namespace
}  // namespace tickwork::influxdb_api
