// SPDX-License-Identifier: MIT
// eval: computes fields and tags; later expressions see the results of earlier ones.
#include <algorithm>

#include "nodes.hpp"
#include "script.hpp"
#include "task.hpp"

namespace tickwork::stream {
namespace {

/// Results so far hide the point's own fields.
class ResultScope : public PointScope {
 public:
  ResultScope(const Point& p, int64_t now, const Fields& results)
      : PointScope{p, now}, results_{results} {}
  bool get(std::string_view name, Value& out, std::string& error) const override {
    auto* result = find(results_, name);
    if (!result) return PointScope::get(name, out, error);
    out = *result;
    return true;
  }

 private:
  const Fields& results_;
};

class EvalNode : public PointwiseNode {
 public:
  EvalNode(Edge edge, std::vector<Condition> expressions)
      : PointwiseNode{"eval", "EvalNode", edge}, expressions_{std::move(expressions)} {
    property("as", [this](Args& a) { as_ = a.strings(); });
    property("tags", [this](Args& a) { tags_ = a.strings(); });
    property("keep", [this](Args& a) {
      keep_ = true;
      kept_ = a.strings();
    });
  }
  void check() override {
    if (as_.size() != expressions_.size())
      throw ScriptError{"must specify .as() with one name for each expression: got " +
                        std::to_string(as_.size()) + " names for " +
                        std::to_string(expressions_.size()) + " expressions"};
  }
  size_t groups() const override { return states_.size(); }

 protected:
  PointPtr map(const PointPtr& p) override {
    Fields results;
    if (!compute(*p, results)) return nullptr;
    auto out = copy(p);
    for (auto& name : tags_) {
      auto* value = find(results, name);
      if (!value || value->type != Type::string) {
        fail("result \"" + name + "\" is not a string and cannot be a tag");
        return nullptr;
      }
      put(out->tags, name, value->text);
    }
    return choose(*p, results, out->fields) ? out : nullptr;
  }

 private:
  bool compute(const Point& p, Fields& results) {
    auto& states = states_[*p.group];
    states.resize(expressions_.size());
    for (size_t i = 0; i < expressions_.size(); ++i) {
      ResultScope scope{p, task->now(), results};
      Value value;
      std::string error;
      if (!expressions_[i].expression->evaluate(scope, states[i], value, error)) {
        fail("error evaluating expression: " + error);
        return false;
      }
      put(results, as_[i], std::move(value));
    }
    return true;
  }

  bool choose(const Point& p, const Fields& results, Fields& out) {
    if (!keep_ || !kept_.empty()) out.clear();
    if (kept_.empty()) {
      for (auto& [name, value] : results)
        if (keep_ || std::find(tags_.begin(), tags_.end(), name) == tags_.end())
          put(out, name, value);
      return true;
    }
    for (auto& name : kept_) {
      auto* value = find(results, name);
      if (!value) value = find(p.fields, name);
      if (!value) {
        fail("cannot keep field \"" + name + "\", field does not exist");
        return false;
      }
      put(out, name, *value);
    }
    return true;
  }

  std::vector<Condition> expressions_;
  std::vector<std::string> as_, tags_, kept_;
  bool keep_ = false;
  PerGroup<std::vector<lambda::State>> states_;
};

}  // namespace

std::unique_ptr<Node> make_eval(Edge edge, std::vector<Condition> expressions) {
  return std::make_unique<EvalNode>(edge, std::move(expressions));
}

}  // namespace tickwork::stream
