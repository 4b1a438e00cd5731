// SPDX-License-Identifier: MIT
// httpPost: sends each point or batch as JSON to a URL and passes it on, whatever the answer.
#include <tickwork/tickwork.h>

#include "kit/gotemplate/gotemplate.hpp"
#include "kit/http/http.hpp"
#include "nodes.hpp"
#include "script.hpp"
#include "task.hpp"

namespace tickwork::stream {
namespace {

namespace go = gotemplate;

class HttpPostNode : public Node {
 public:
  HttpPostNode(Edge edge, std::string url)
      : Node{"http_post", "HTTPPostNode", edge, edge}, url_{std::move(url)} {
    property("codeField", code_field_);
    duration("timeout", timeout_);
    flag("captureResponse", capture_);
    property("header",
             [this](Args& a) { a.expect(2), headers_.emplace_back(a.string(0), a.string(1)); });
    property("endpoint",
             [](Args&) { throw ScriptError{"httpPost.endpoint is not supported, give the URL"}; });
  }
  void check() override {
    if (url_.empty()) throw ScriptError{"httpPost needs a URL"};
  }
  void start(Task&) override {
    auto parsed = go::Template::parse("url", url_);
    if (!parsed.value) throw ScriptError{parsed.error};
    url_template_ = parsed.value;
    http::ClientOptions options;
    options.timeout = std::chrono::nanoseconds{timeout_};
    client_ = std::make_unique<http::Client>(options);
  }

  void point(const PointPtr& p, size_t) override {
    int64_t code = send(p->name, p->tags, row_json(*p));
    if (code_field_.empty()) return emit(p);
    auto out = copy(p);
    put(out->fields, code_field_, Value::of(code));
    emit(PointPtr{out});
  }
  void batch(const BatchPtr& b, size_t) override {
    int64_t code = send(b->name, b->group->tags, row_json(*b));
    if (code_field_.empty()) return emit(b);
    auto out = std::make_shared<Batch>(*b);
    for (auto& p : out->points) {
      auto changed = copy(p);
      put(changed->fields, code_field_, Value::of(code));
      p = changed;
    }
    emit(BatchPtr{out});
  }

 private:
  /// The status of the answer, 0 when there was none.
  int64_t send(const std::string& measurement, const Tags& tags, const std::string& row) {
    go::Value labels = go::Value::map(go::Missing::empty);
    for (auto& [key, value] : tags) labels.entries.emplace_back(key, go::Value::of(value));
    std::string url, error;
    auto data = go::Value::map(go::Missing::error,
                               {{"Name", go::Value::of(measurement)}, {"Tags", labels}});
    if (!url_template_->render(data, go::Escape::none, url, error)) return fail(error), 0;
    auto headers = headers_;
    headers.emplace_back("Content-Type", "application/json");
    try {
      auto answer = client_->post(url, "{\"series\":[" + row + "]}\n", headers);
      if (capture_ && answer.code / 100 != 2)
        task->services().log(TW_LOG_WARN, "task " + task->id() + " node " + label + ": " + url +
                                              " answered " + std::to_string(answer.code) + ": " +
                                              answer.body);
      return answer.code;
    } catch (const std::exception& e) {
      fail(std::string{"failed to POST data: "} + e.what());
      return 0;
    }
  }

  std::string url_, code_field_;
  int64_t timeout_ = 5'000'000'000;
  bool capture_ = false;
  http::Headers headers_;
  std::shared_ptr<const go::Template> url_template_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace

std::unique_ptr<Node> make_http_post(Edge edge, const std::string& url) {
  return std::make_unique<HttpPostNode>(edge, url);
}

}  // namespace tickwork::stream
