// SPDX-License-Identifier: MIT
#include "isolate/serve.hpp"

#include <tickwork/tickwork.h>

#include "graph/guard.hpp"
#include "isolate/serve_data.hpp"
#include "isolate/wire.hpp"

namespace tickwork::host {

namespace {

// One call: what it is about, and what it will answer.
struct Calling {
  Served& call;
  const Target& target;
  Objects& objects;
  tw_error error = empty_error();
  Outcome outcome;

  template <class Vtable>
  const Vtable* ext(const char* id) const {
    return static_cast<const Vtable*>(target.ext(id));
  }
  tw_status lacks(const char* id) {
    return fail(&error, TW_E_UNSUPPORTED, std::string{"does not offer this function of "} + id);
  }
};

// The arguments are read before the function is looked at, so that a wrong call never gets there.
tw_batch batch_in(Unpacker& in) {
  const auto points = unpack_points(in);
  return {points.data(), points.size()};
}

tw_status gather(Calling& c) {
  const auto* input = c.ext<tw_input>(TW_INPUT);
  if (!TW_HAS(input, gather)) return c.lacks(TW_INPUT);
  return input->gather(c.target.self, c.call.sink(), &c.error);
}

tw_status write(Calling& c) {
  const tw_batch batch = batch_in(c.call.in());
  const auto* output = c.ext<tw_output>(TW_OUTPUT);
  if (!TW_HAS(output, write)) return c.lacks(TW_OUTPUT);
  return c.call.in().ok() ? output->write(c.target.self, &batch, &c.error) : TW_E_INVALID;
}

tw_status process(Calling& c) {
  const tw_batch batch = batch_in(c.call.in());
  const auto* processor = c.ext<tw_processor>(TW_PROCESSOR);
  if (!TW_HAS(processor, process)) return c.lacks(TW_PROCESSOR);
  if (!c.call.in().ok()) return TW_E_INVALID;
  return processor->process(c.target.self, &batch, c.call.sink(), &c.error);
}

tw_status add(Calling& c) {
  const tw_batch batch = batch_in(c.call.in());
  const auto* aggregator = c.ext<tw_aggregator>(TW_AGGREGATOR);
  if (!TW_HAS(aggregator, add)) return c.lacks(TW_AGGREGATOR);
  return c.call.in().ok() ? aggregator->add(c.target.self, &batch, &c.error) : TW_E_INVALID;
}

tw_status push(Calling& c) {
  const auto* aggregator = c.ext<tw_aggregator>(TW_AGGREGATOR);
  if (!TW_HAS(aggregator, push)) return c.lacks(TW_AGGREGATOR);
  return aggregator->push(c.target.self, c.call.sink(), &c.error);
}

tw_status parse(Calling& c) {
  const auto flags = c.call.in().take<uint32_t>();
  const tw_str text = c.call.in().text();
  const auto* parser = c.ext<tw_parser>(TW_PARSER);
  if (!TW_HAS(parser, parse)) return c.lacks(TW_PARSER);
  if (!c.call.in().ok()) return TW_E_INVALID;
  size_t used = 0;
  const tw_status status =
      parser->parse(c.target.self, text, flags, &used, c.call.sink(), &c.error);
  c.outcome.value = used;
  return status;
}

tw_status serialize(Calling& c) {
  const tw_batch batch = batch_in(c.call.in());
  const auto* serializer = c.ext<tw_serializer>(TW_SERIALIZER);
  if (!TW_HAS(serializer, serialize)) return c.lacks(TW_SERIALIZER);
  if (!c.call.in().ok()) return TW_E_INVALID;
  return serializer->serialize(c.target.self, &batch, c.call.writer(), &c.error);
}

tw_status handle(Calling& c) {
  const UnpackedEvent event = unpack_event(c.call.in());
  const auto* handler = c.ext<tw_handler>(TW_HANDLER);
  if (!TW_HAS(handler, handle)) return c.lacks(TW_HANDLER);
  return c.call.in().ok() ? handler->handle(c.target.self, &event.event, &c.error) : TW_E_INVALID;
}

tw_status points(Calling& c) {
  const UnpackedGroup group = unpack_group(c.call.in());
  const tw_batch batch = batch_in(c.call.in());
  const auto* stream = c.ext<tw_stream>(TW_STREAM);
  if (!TW_HAS(stream, points)) return c.lacks(TW_STREAM);
  if (!c.call.in().ok()) return TW_E_INVALID;
  return stream->points(c.target.self, &group.group, &batch, c.call.sink(), &c.error);
}

// A node without open or close has nothing to do there.
tw_status open(Calling& c) {
  const UnpackedGroup group = unpack_group(c.call.in());
  const auto* stream = c.ext<tw_stream>(TW_STREAM);
  if (!TW_HAS(stream, open)) return TW_OK;
  if (!c.call.in().ok()) return TW_E_INVALID;
  return stream->open(c.target.self, &group.group, c.call.sink(), &c.error);
}

tw_status close(Calling& c) {
  const UnpackedGroup group = unpack_group(c.call.in());
  const auto* stream = c.ext<tw_stream>(TW_STREAM);
  if (!TW_HAS(stream, close)) return TW_OK;
  if (!c.call.in().ok()) return TW_E_INVALID;
  return stream->close(c.target.self, &group.group, c.call.sink(), &c.error);
}

tw_status save(Calling& c) {
  const auto* snapshot = c.ext<tw_snapshot>(TW_SNAPSHOT);
  if (!TW_HAS(snapshot, save)) return c.lacks(TW_SNAPSHOT);
  return snapshot->save(c.target.self, c.call.writer(), &c.error);
}

tw_status load(Calling& c) {
  const tw_str bytes = c.call.in().text();
  const auto* snapshot = c.ext<tw_snapshot>(TW_SNAPSHOT);
  if (!TW_HAS(snapshot, load)) return c.lacks(TW_SNAPSHOT);
  return c.call.in().ok() ? snapshot->load(c.target.self, bytes, &c.error) : TW_E_INVALID;
}

tw_status wake(Calling& c) {
  const auto* interrupt = c.ext<tw_interrupt>(TW_INTERRUPT);
  if (!TW_HAS(interrupt, wake)) return c.lacks(TW_INTERRUPT);
  interrupt->wake(c.target.self);
  return TW_OK;
}

tw_status perform(Calling& c) {
  switch (c.call.method()) {
    case Method::gather:
      return gather(c);
    case Method::write:
      return write(c);
    case Method::process:
      return process(c);
    case Method::add:
      return add(c);
    case Method::push:
      return push(c);
    case Method::parse:
      return parse(c);
    case Method::serialize:
      return serialize(c);
    case Method::handle:
      return handle(c);
    case Method::points:
      return points(c);
    case Method::open:
      return open(c);
    case Method::close:
      return close(c);
    case Method::save:
      return save(c);
    case Method::load:
      return load(c);
    case Method::wake:
      return wake(c);
    default:
      return is_data_method(c.call.method())
                 ? serve_data(c.call, c.target, c.objects, c.outcome, &c.error)
                 : TW_E_UNSUPPORTED;
  }
}

}  // namespace

Outcome serve_object(Served& call, Objects& objects) {
  tw_error error = empty_error();
  Outcome outcome;
  const tw_status status = guarded(&error, outcome.threw, [&] {
    outcome = objects.serve(call);
    return outcome.status;
  });
  if (!outcome.threw) return outcome;
  return {status, true, error.message, 0, {}};
}

Outcome serve(Served& call, const Target& target, Objects& objects) {
  Calling calling{call, target, objects, empty_error(), {}};
  const tw_status status =
      guarded(&calling.error, calling.outcome.threw, [&] { return perform(calling); });
  calling.outcome.status = status;
  calling.outcome.message = calling.error.message;
  return calling.outcome;
}

}  // namespace tickwork::host
