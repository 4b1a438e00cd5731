// @ID@: answers every text with a row that holds it. Replace run by your language: what it answers is
// the same, a result for each statement with columns as Arrow arrays.
#include <array>
#include <string>
#include <tickwork/tickwork.hpp>
#include <utility>

namespace {

// One row of two columns: "time" (nanoseconds) and "text". The outer struct owns everything below it.
struct Row {
  int64_t time;
  std::string text;
  std::array<int32_t, 2> ends{0, static_cast<int32_t>(text.size())};
  std::array<const void*, 1> no_buffer{};
  std::array<const void*, 2> time_buffers{nullptr, &time};
  std::array<const void*, 3> text_buffers{nullptr, ends.data(), text.data()};
  std::array<ArrowArray, 2> columns{};
  std::array<ArrowArray*, 2> children{&columns[0], &columns[1]};
};

struct Columns {
  std::array<ArrowSchema, 2> columns{};
  std::array<ArrowSchema*, 2> children{&columns[0], &columns[1]};
};

template <class T>
void keep(T* part) {
  part->release = nullptr;
}

template <class Block, class T>
void free_block(T* whole) {
  delete static_cast<Block*>(whole->private_data);
  whole->release = nullptr;
}

int get_schema(ArrowArrayStream*, ArrowSchema* out) {
  auto* c = new Columns;
  c->columns[0] = {.format = "tsn:", .name = "time", .release = keep<ArrowSchema>};
  c->columns[1] = {.format = "u", .name = "text", .release = keep<ArrowSchema>};
  *out = {.format = "+s",
          .name = "",
          .n_children = 2,
          .children = c->children.data(),
          .release = free_block<Columns, ArrowSchema>,
          .private_data = c};
  return 0;
}

// The stream owns the row until it has handed it out.
int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  *out = {};  // without release: the end
  auto* r = static_cast<Row*>(std::exchange(stream->private_data, nullptr));
  if (!r) return 0;
  r->columns[0] = {
      .length = 1, .n_buffers = 2, .buffers = r->time_buffers.data(), .release = keep<ArrowArray>};
  r->columns[1] = {
      .length = 1, .n_buffers = 3, .buffers = r->text_buffers.data(), .release = keep<ArrowArray>};
  *out = {.length = 1,
          .n_buffers = 1,
          .n_children = 2,
          .buffers = r->no_buffer.data(),
          .children = r->children.data(),
          .release = free_block<Row, ArrowArray>,
          .private_data = r};
  return 0;
}

const char* get_last_error(ArrowArrayStream*) { return nullptr; }

// An answer under way: its only result waits in self.
tw_status next(tw_results* results, tw_result* out, tw_error*) {
  if (!results->self) return TW_DONE;
  const auto size = out->size;
  *out = {};
  out->size = size;
  out->name = TW_STR("@NAME@");
  out->rows = {get_schema, get_next, get_last_error, free_block<Row, ArrowArrayStream>,
               std::exchange(results->self, nullptr)};
  return TW_OK;
}

void cancel(tw_results*) {}  // nothing takes long enough to be given up

void release(tw_results* results) {
  delete static_cast<Row*>(results->self);
  results->release = nullptr;
}

}  // namespace

struct @CLASS@ {
  static constexpr const char* language = "@NAME@";

  @CLASS@(tickwork::Host, tickwork::Config) {}

  // Calls of one instance may overlap. Throw TW_E_INVALID for a text that does not parse.
  void run(const tw_request& request, tw_results& out) {
    out.self = new Row{request.now_ns, tickwork::string(request.text)};
    out.next = next;
    out.cancel = cancel;
    out.release = release;
  }
};

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT", tickwork::plugin<@CLASS@>("@ID@", "Answers every text with itself"));
