// SPDX-License-Identifier: MIT
// Instance: the calls of each kind, text in and text out.
#include <stdexcept>

#include "world.hpp"

namespace tickwork::testing {

using detail::Cell;

namespace {

// A sink that collects into points.
class Collector {
 public:
  explicit Collector(Cell& cell) : cell_{cell} {}
  tw_sink sink() { return {sizeof(tw_sink), this, add}; }
  Points take() { return std::move(points_); }

 private:
  static tw_status add(const tw_sink* s, const tw_point* points, size_t n) {
    auto& me = *static_cast<Collector*>(s->self);
    return me.cell_.world->take(me.cell_.name, points, n, me.points_);
  }
  Cell& cell_;
  Points points_;
};

tw_writer string_writer(std::string& out) {
  return {sizeof(tw_writer), &out, [](const tw_writer* w, tw_str bytes) -> tw_status {
            static_cast<std::string*>(w->self)->append(view(bytes));
            return TW_OK;
          }};
}

}  // namespace

Instance::Instance(std::unique_ptr<Cell> cell) : cell_{std::move(cell)} {}
Instance::Instance(Instance&&) noexcept = default;
Instance& Instance::operator=(Instance&&) noexcept = default;
Instance::~Instance() = default;

Instance::operator bool() const { return cell_->phase != detail::Phase::none; }
const std::string& Instance::error() const { return cell_->error; }
tw_status Instance::status() const { return cell_->status; }
std::string Instance::start() { return cell_->start(); }
void Instance::interrupt() { cell_->interrupt(); }
std::string Instance::stop() { return cell_->stop(); }
void Instance::destroy() { cell_->destroy(); }
size_t Instance::used() const { return cell_->used; }
tw_instance* Instance::self() const { return cell_->self; }
const tw_host* Instance::host() const { return &cell_->host; }
const tw_plugin* Instance::plugin() const { return cell_->plugin; }
const void* Instance::ext_table(const char* id) const { return cell_->ext_table(id); }

std::string Instance::call(const std::function<tw_status(tw_error*)>& f) { return cell_->run(f); }

Points Instance::collect(const std::function<tw_status(const tw_sink*, tw_error*)>& f) {
  Collector collector{*cell_};
  const tw_sink sink = collector.sink();
  cell_->run([&](tw_error* e) { return f(&sink, e); });
  return collector.take();
}

namespace {

// The extension's table, or a std::logic_error that says what the test got wrong.
template <class V>
const V& need(const Instance& i, const char* id) {
  if (!i) throw std::logic_error{std::string{i.plugin()->id} + " was not created: " + i.error()};
  if (const V* v = i.ext<V>(id)) return *v;
  throw std::logic_error{std::string{i.plugin()->id} + " has no " + id};
}

}  // namespace

std::string Instance::gather() {
  const auto& v = need<tw_input>(*this, TW_INPUT);
  if (!v.gather) return cell_->status = TW_OK, cell_->error.clear(), "";
  return collect([&](const tw_sink* s, tw_error* e) { return v.gather(self(), s, e); }).text();
}

std::string Instance::write(const Points& p) {
  const auto& v = need<tw_output>(*this, TW_OUTPUT);
  const tw_batch batch = p.batch();
  return call([&](tw_error* e) { return v.write(self(), &batch, e); });
}
std::string Instance::write(std::string_view lines) { return write(Points{lines}); }

std::string Instance::process(std::string_view lines) {
  const auto& v = need<tw_processor>(*this, TW_PROCESSOR);
  const Points in{lines};
  const tw_batch batch = in.batch();
  return collect([&](const tw_sink* s, tw_error* e) { return v.process(self(), &batch, s, e); })
      .text();
}

std::string Instance::add(std::string_view lines) {
  const auto& v = need<tw_aggregator>(*this, TW_AGGREGATOR);
  const Points in{lines};
  const tw_batch batch = in.batch();
  return call([&](tw_error* e) { return v.add(self(), &batch, e); });
}

std::string Instance::push() {
  const auto& v = need<tw_aggregator>(*this, TW_AGGREGATOR);
  return collect([&](const tw_sink* s, tw_error* e) { return v.push(self(), s, e); }).text();
}

std::string Instance::parse(std::string_view bytes, bool final) {
  const auto& v = need<tw_parser>(*this, TW_PARSER);
  const uint32_t flags = final ? uint32_t{TW_PARSE_FINAL} : 0;
  cell_->used = 0;
  // A copy of exactly this size, so that reading beyond it is seen by sanitizers.
  const std::vector<char> copy{bytes.begin(), bytes.end()};
  return collect([&](const tw_sink* s, tw_error* e) {
           return v.parse(self(), {copy.data(), copy.size()}, flags, &cell_->used, s, e);
         })
      .text();
}

std::string Instance::serialize(const Points& p) {
  const auto& v = need<tw_serializer>(*this, TW_SERIALIZER);
  const tw_batch batch = p.batch();
  std::string out;
  const tw_writer writer = string_writer(out);
  call([&](tw_error* e) { return v.serialize(self(), &batch, &writer, e); });
  return out;
}
std::string Instance::serialize(std::string_view lines) { return serialize(Points{lines}); }

std::string Instance::handle(const tw_event& event) {
  const auto& v = need<tw_handler>(*this, TW_HANDLER);
  return call([&](tw_error* e) { return v.handle(self(), &event, e); });
}

std::string Instance::points(std::string_view lines) {
  const auto& v = need<tw_stream>(*this, TW_STREAM);
  const Points in{lines};
  const tw_batch batch = in.batch();
  const tw_group group =
      in.empty() ? tw_group{} : tw_group{in[0].name, in[0].tags, in[0].n_tags, 0};
  return collect(
             [&](const tw_sink* s, tw_error* e) { return v.points(self(), &group, &batch, s, e); })
      .text();
}

std::string Instance::open(const tw_group& group) {
  const auto& v = need<tw_stream>(*this, TW_STREAM);
  if (!v.open) return "";
  return collect([&](const tw_sink* s, tw_error* e) { return v.open(self(), &group, s, e); })
      .text();
}

std::string Instance::close(const tw_group& group) {
  const auto& v = need<tw_stream>(*this, TW_STREAM);
  if (!v.close) return "";
  return collect([&](const tw_sink* s, tw_error* e) { return v.close(self(), &group, s, e); })
      .text();
}

std::string Instance::save() {
  const auto& v = need<tw_snapshot>(*this, TW_SNAPSHOT);
  std::string out;
  const tw_writer writer = string_writer(out);
  call([&](tw_error* e) { return v.save(self(), &writer, e); });
  return out;
}

std::string Instance::load(std::string_view bytes) {
  const auto& v = need<tw_snapshot>(*this, TW_SNAPSHOT);
  return call([&](tw_error* e) { return v.load(self(), str(bytes), e); });
}

}  // namespace tickwork::testing
