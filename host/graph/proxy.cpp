// SPDX-License-Identifier: MIT
// The kinds whose functions need no more than forwarding.
#include "graph/proxy.hpp"

#include <tickwork/tickwork.h>

#include <span>

#include "graph/forward.hpp"
#include "graph/proxy_kinds.hpp"

namespace tickwork::host {

template <>
struct ExtId<tw_handler> {
  static constexpr const char* value = TW_HANDLER;
};
template <>
struct ExtId<tw_output> {
  static constexpr const char* value = TW_OUTPUT;
};
template <>
struct ExtId<tw_parser> {
  static constexpr const char* value = TW_PARSER;
};
template <>
struct ExtId<tw_serializer> {
  static constexpr const char* value = TW_SERIALIZER;
};
template <>
struct ExtId<tw_stream> {
  static constexpr const char* value = TW_STREAM;
};
template <>
struct ExtId<tw_processor> {
  static constexpr const char* value = TW_PROCESSOR;
};
template <>
struct ExtId<tw_aggregator> {
  static constexpr const char* value = TW_AGGREGATOR;
};
template <>
struct ExtId<tw_input> {
  static constexpr const char* value = TW_INPUT;
};
template <>
struct ExtId<tw_snapshot> {
  static constexpr const char* value = TW_SNAPSHOT;
};

namespace {

// The kinds that need no proxy of their own: every call is passed on as it is.
std::span<const tw_ext> plain_tables() {
  static constexpr tw_handler handler{sizeof handler, work<&tw_handler::handle>};
  static constexpr tw_output output{sizeof output, work<&tw_output::write>};
  static constexpr tw_parser parser{sizeof parser, work<&tw_parser::parse>};
  static constexpr tw_serializer serializer{sizeof serializer, work<&tw_serializer::serialize>};
  static constexpr tw_stream stream{sizeof stream, work<&tw_stream::points>, work<&tw_stream::open>,
                                    work<&tw_stream::close>};
  static constexpr tw_processor processor{sizeof processor, work<&tw_processor::process>};
  static constexpr tw_aggregator aggregator{sizeof aggregator, work<&tw_aggregator::add>,
                                            work<&tw_aggregator::push>};
  static constexpr tw_input input{sizeof input, work<&tw_input::gather>};
  static constexpr tw_snapshot snapshot{sizeof snapshot, work<&tw_snapshot::save>,
                                        work<&tw_snapshot::load>};

  static constexpr tw_ext plain[] = {
      {TW_HANDLER, &handler},       {TW_OUTPUT, &output}, {TW_PARSER, &parser},
      {TW_SERIALIZER, &serializer}, {TW_STREAM, &stream}, {TW_PROCESSOR, &processor},
      {TW_AGGREGATOR, &aggregator}, {TW_INPUT, &input},   {TW_SNAPSHOT, &snapshot}};
  return plain;
}

}  // namespace

ProxyRef make_proxy(std::string_view ext, const SlotPtr& callee, Instance& finder) {
  for (const tw_ext& row : plain_tables()) {
    if (ext == row.id) return {std::make_unique<Proxy>(callee, finder), row.vtable};
  }
  if (ext == TW_STORAGE) return storage_proxy(callee, finder);
  if (ext == TW_STORAGE_AGGREGATE) return storage_aggregate_proxy(callee, finder);
  if (ext == TW_FEED) return feed_proxy(callee, finder);
  if (ext == TW_QUERY) return query_proxy(callee, finder);
  if (ext == TW_HTTP_SERVER) return http_proxy(callee, finder);
  const auto target = callee->get();
  return {nullptr, target ? target->ext(ext) : nullptr};
}

}  // namespace tickwork::host
