// SPDX-License-Identifier: MIT
// The vtables of what is on the other side: each function packs its arguments, asks, and hands out
// what comes back. The other end is serve.cpp.
#include <tickwork/tickwork.h>

#include "isolate/callee.hpp"
#include "isolate/image.hpp"
#include "isolate/stand_in_data.hpp"
#include "isolate/wire.hpp"

namespace tickwork::host {

namespace {

std::span<const tw_point> points_of(const tw_batch* batch) { return {batch->points, batch->count}; }

// For methods that take a batch, a sink, both or neither.
tw_status pass(tw_instance* self, Method method, const tw_batch* batch, const tw_sink* sink,
               tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(method);
  if (batch) pack_points(request, points_of(batch));
  return callee.call(request, error, {sink, nullptr});
}

tw_status gather(tw_instance* self, const tw_sink* sink, tw_error* error) {
  return pass(self, Method::gather, nullptr, sink, error);
}
tw_status write(tw_instance* self, const tw_batch* batch, tw_error* error) {
  return pass(self, Method::write, batch, nullptr, error);
}
tw_status process(tw_instance* self, const tw_batch* batch, const tw_sink* sink, tw_error* error) {
  return pass(self, Method::process, batch, sink, error);
}
tw_status add(tw_instance* self, const tw_batch* batch, tw_error* error) {
  return pass(self, Method::add, batch, nullptr, error);
}
tw_status push(tw_instance* self, const tw_sink* sink, tw_error* error) {
  return pass(self, Method::push, nullptr, sink, error);
}

tw_status parse(tw_instance* self, tw_str text, uint32_t flags, size_t* used, const tw_sink* sink,
                tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(Method::parse);
  request.put(flags);
  request.text(text);
  const Answer answer = callee.ask(request, error, {sink, nullptr});
  if (used) *used = answer.value <= text.len ? answer.value : 0;
  return answer.status;
}

tw_status serialize(tw_instance* self, const tw_batch* batch, const tw_writer* writer,
                    tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(Method::serialize);
  pack_points(request, points_of(batch));
  return callee.call(request, error, {nullptr, writer});
}

tw_status handle(tw_instance* self, const tw_event* event, tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(Method::handle);
  pack_event(request, *event);
  return callee.call(request, error);
}

tw_status on_group(tw_instance* self, Method method, const tw_group* group, const tw_batch* batch,
                   const tw_sink* sink, tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(method);
  pack_group(request, *group);
  if (batch) pack_points(request, points_of(batch));
  return callee.call(request, error, {sink, nullptr});
}

tw_status points(tw_instance* self, const tw_group* group, const tw_batch* batch,
                 const tw_sink* sink, tw_error* error) {
  return on_group(self, Method::points, group, batch, sink, error);
}
tw_status open(tw_instance* self, const tw_group* group, const tw_sink* sink, tw_error* error) {
  return on_group(self, Method::open, group, nullptr, sink, error);
}
tw_status close(tw_instance* self, const tw_group* group, const tw_sink* sink, tw_error* error) {
  return on_group(self, Method::close, group, nullptr, sink, error);
}

tw_status save(tw_instance* self, const tw_writer* writer, tw_error* error) {
  Callee& callee = Callee::of(self);
  return callee.call(callee.request(Method::save), error, {nullptr, writer});
}

tw_status load(tw_instance* self, tw_str bytes, tw_error* error) {
  Callee& callee = Callee::of(self);
  Packer request = callee.request(Method::load);
  request.text(bytes);
  return callee.call(request, error);
}

void wake(tw_instance* self) {
  Callee& callee = Callee::of(self);
  callee.call(callee.request(Method::wake), nullptr);
}

constexpr tw_input input{sizeof input, gather};
constexpr tw_output output{sizeof output, write};
constexpr tw_processor processor{sizeof processor, process};
constexpr tw_aggregator aggregator{sizeof aggregator, add, push};
constexpr tw_parser parser{sizeof parser, parse};
constexpr tw_serializer serializer{sizeof serializer, serialize};
constexpr tw_handler handler{sizeof handler, handle};
constexpr tw_stream stream{sizeof stream, points, open, close};
constexpr tw_snapshot snapshot{sizeof snapshot, save, load};
constexpr tw_interrupt interrupt{sizeof interrupt, wake};
constexpr tw_service service{sizeof service};

const tw_ext known[] = {{TW_INPUT, &input},
                        {TW_OUTPUT, &output},
                        {TW_PROCESSOR, &processor},
                        {TW_AGGREGATOR, &aggregator},
                        {TW_PARSER, &parser},
                        {TW_SERIALIZER, &serializer},
                        {TW_HANDLER, &handler},
                        {TW_STREAM, &stream},
                        {TW_SNAPSHOT, &snapshot},
                        {TW_INTERRUPT, &interrupt},
                        {TW_SERVICE, &service},
                        {TW_STORAGE, &storage_stand_in},
                        {TW_FEED, &feed_stand_in},
                        {TW_QUERY, &query_stand_in},
                        {TW_STORAGE_AGGREGATE, &aggregate_stand_in}};

}  // namespace

const void* stand_in(std::string_view ext) {
  for (const tw_ext& row : known) {
    if (ext == row.id) return row.vtable;
  }
  return nullptr;
}

}  // namespace tickwork::host
