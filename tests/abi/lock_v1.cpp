// SPDX-License-Identifier: MIT
// The ABI lock, version 1: what was released stays where it is. Printed by make_lock.py, never
// edited. Structs that begin with size may grow at their end; all others are frozen.
#include <tickwork/tickwork.h>

#include <cstddef>
#include <string_view>
#include <type_traits>

#define MEMBER(s, m, at, ...)                              \
  static_assert(offsetof(s, m) == at, #s "." #m " moved"); \
  static_assert(std::is_same_v<decltype(s::m), __VA_ARGS__>, #s "." #m " has another type")
#define FROZEN(s, n) static_assert(sizeof(s) == n, #s " is frozen")
#define GROWS(s, n) static_assert(sizeof(s) >= n, #s " shrank")
#define CONSTANT(c, v) static_assert(c == v, #c " changed")
#define ID(c, v) static_assert(std::string_view{c} == v, #c " changed")

FROZEN(tw_str, 16);
MEMBER(tw_str, data, 0, const char*);
MEMBER(tw_str, len, 8, size_t);

GROWS(tw_error, 512);
MEMBER(tw_error, size, 0, uint32_t);
MEMBER(tw_error, status, 4, tw_status);
MEMBER(tw_error, message, 8, char[504]);

FROZEN(ArrowSchema, 72);
MEMBER(ArrowSchema, format, 0, const char*);
MEMBER(ArrowSchema, name, 8, const char*);
MEMBER(ArrowSchema, metadata, 16, const char*);
MEMBER(ArrowSchema, flags, 24, int64_t);
MEMBER(ArrowSchema, n_children, 32, int64_t);
MEMBER(ArrowSchema, children, 40, struct ArrowSchema**);
MEMBER(ArrowSchema, dictionary, 48, struct ArrowSchema*);
MEMBER(ArrowSchema, release, 56, void (*)(struct ArrowSchema*));
MEMBER(ArrowSchema, private_data, 64, void*);

FROZEN(ArrowArray, 80);
MEMBER(ArrowArray, length, 0, int64_t);
MEMBER(ArrowArray, null_count, 8, int64_t);
MEMBER(ArrowArray, offset, 16, int64_t);
MEMBER(ArrowArray, n_buffers, 24, int64_t);
MEMBER(ArrowArray, n_children, 32, int64_t);
MEMBER(ArrowArray, buffers, 40, const void**);
MEMBER(ArrowArray, children, 48, struct ArrowArray**);
MEMBER(ArrowArray, dictionary, 56, struct ArrowArray*);
MEMBER(ArrowArray, release, 64, void (*)(struct ArrowArray*));
MEMBER(ArrowArray, private_data, 72, void*);

FROZEN(ArrowArrayStream, 40);
MEMBER(ArrowArrayStream, get_schema, 0, int (*)(struct ArrowArrayStream*, struct ArrowSchema*));
MEMBER(ArrowArrayStream, get_next, 8, int (*)(struct ArrowArrayStream*, struct ArrowArray*));
MEMBER(ArrowArrayStream, get_last_error, 16, const char* (*)(struct ArrowArrayStream*));
MEMBER(ArrowArrayStream, release, 24, void (*)(struct ArrowArrayStream*));
MEMBER(ArrowArrayStream, private_data, 32, void*);

FROZEN(tw_option, 32);
MEMBER(tw_option, key, 0, const char*);
MEMBER(tw_option, type, 8, uint32_t);
MEMBER(tw_option, flags, 12, uint32_t);
MEMBER(tw_option, value, 16, const char*);
MEMBER(tw_option, doc, 24, const char*);

GROWS(tw_config, 72);
MEMBER(tw_config, size, 0, uint32_t);
MEMBER(tw_config, self, 8, const void*);
MEMBER(tw_config, count, 16, size_t (*)(const tw_config*, const char*));
MEMBER(tw_config, str, 24, tw_str (*)(const tw_config*, const char*, size_t));
MEMBER(tw_config, num, 32, int64_t (*)(const tw_config*, const char*, size_t));
MEMBER(tw_config, real, 40, double (*)(const tw_config*, const char*, size_t));
MEMBER(tw_config, table, 48, const tw_config* (*)(const tw_config*, const char*, size_t));
MEMBER(tw_config, key, 56, tw_str (*)(const tw_config*, size_t));
MEMBER(tw_config, type, 64, uint32_t (*)(const tw_config*, const char*));

GROWS(tw_host, 72);
MEMBER(tw_host, size, 0, uint32_t);
MEMBER(tw_host, abi_minor, 4, uint32_t);
MEMBER(tw_host, name, 8, const char*);
MEMBER(tw_host, version, 16, const char*);
MEMBER(tw_host, self, 24, void*);
MEMBER(tw_host, log, 32, void (*)(const tw_host*, int, tw_str));
MEMBER(tw_host, now, 40, int64_t (*)(const tw_host*));
MEMBER(tw_host, ticks, 48, int64_t (*)(const tw_host*));
MEMBER(tw_host, stopping, 56, bool (*)(const tw_host*));
MEMBER(tw_host, ext, 64, const void* (*)(const tw_host*, const char*));

GROWS(tw_delivery, 16);
MEMBER(tw_delivery, size, 0, uint32_t);
MEMBER(tw_delivery, watch, 8,
       tw_status (*)(const tw_host*, void*, void (*)(void*, uint64_t, tw_status)));

FROZEN(tw_value, 16);
MEMBER(tw_value, type, 0, uint32_t);
MEMBER(tw_value, len, 4, uint32_t);
static_assert(offsetof(tw_value, as) == 8);

FROZEN(tw_tag, 32);
MEMBER(tw_tag, key, 0, tw_str);
MEMBER(tw_tag, value, 16, tw_str);

FROZEN(tw_field, 32);
MEMBER(tw_field, key, 0, tw_str);
MEMBER(tw_field, value, 16, tw_value);

FROZEN(tw_point, 80);
MEMBER(tw_point, name, 0, tw_str);
MEMBER(tw_point, tags, 16, const tw_tag*);
MEMBER(tw_point, fields, 24, const tw_field*);
MEMBER(tw_point, n_tags, 32, uint32_t);
MEMBER(tw_point, n_fields, 36, uint32_t);
MEMBER(tw_point, time_ns, 40, int64_t);
MEMBER(tw_point, kind, 48, uint32_t);
MEMBER(tw_point, flags, 52, uint32_t);
MEMBER(tw_point, token, 56, uint64_t);
MEMBER(tw_point, series, 64, tw_str);

FROZEN(tw_batch, 16);
MEMBER(tw_batch, points, 0, const tw_point*);
MEMBER(tw_batch, count, 8, size_t);

GROWS(tw_sink, 24);
MEMBER(tw_sink, size, 0, uint32_t);
MEMBER(tw_sink, self, 8, void*);
MEMBER(tw_sink, add, 16, tw_status (*)(const tw_sink*, const tw_point*, size_t));

GROWS(tw_writer, 24);
MEMBER(tw_writer, size, 0, uint32_t);
MEMBER(tw_writer, self, 8, void*);
MEMBER(tw_writer, write, 16, tw_status (*)(const tw_writer*, tw_str));

GROWS(tw_emit, 16);
MEMBER(tw_emit, size, 0, uint32_t);
MEMBER(tw_emit, emit, 8, tw_status (*)(const tw_host*, const tw_point*, size_t));

GROWS(tw_instance_info, 248);
MEMBER(tw_instance_info, size, 0, uint32_t);
MEMBER(tw_instance_info, state, 4, uint32_t);
MEMBER(tw_instance_info, name, 8, tw_str);
MEMBER(tw_instance_info, plugin, 24, tw_str);
MEMBER(tw_instance_info, kind, 40, tw_str);
MEMBER(tw_instance_info, module, 56, tw_str);
MEMBER(tw_instance_info, version, 72, tw_str);
MEMBER(tw_instance_info, file, 88, tw_str);
MEMBER(tw_instance_info, error, 104, tw_str);
MEMBER(tw_instance_info, error_ns, 120, int64_t);
MEMBER(tw_instance_info, started_ns, 128, int64_t);
MEMBER(tw_instance_info, calls, 136, uint64_t);
MEMBER(tw_instance_info, errors, 144, uint64_t);
MEMBER(tw_instance_info, late, 152, uint64_t);
MEMBER(tw_instance_info, points_in, 160, uint64_t);
MEMBER(tw_instance_info, points_out, 168, uint64_t);
MEMBER(tw_instance_info, dropped, 176, uint64_t);
MEMBER(tw_instance_info, filtered, 184, uint64_t);
MEMBER(tw_instance_info, rejected, 192, uint64_t);
MEMBER(tw_instance_info, queued, 200, uint64_t);
MEMBER(tw_instance_info, queue_limit, 208, uint64_t);
MEMBER(tw_instance_info, call_ns, 216, uint64_t);
MEMBER(tw_instance_info, call_p50_ns, 224, uint64_t);
MEMBER(tw_instance_info, call_p99_ns, 232, uint64_t);
MEMBER(tw_instance_info, memory, 240, uint64_t);

GROWS(tw_plugin_info, 128);
MEMBER(tw_plugin_info, size, 0, uint32_t);
MEMBER(tw_plugin_info, flags, 4, uint32_t);
MEMBER(tw_plugin_info, id, 8, tw_str);
MEMBER(tw_plugin_info, summary, 24, tw_str);
MEMBER(tw_plugin_info, kind, 40, tw_str);
MEMBER(tw_plugin_info, module, 56, tw_str);
MEMBER(tw_plugin_info, version, 72, tw_str);
MEMBER(tw_plugin_info, license, 88, tw_str);
MEMBER(tw_plugin_info, file, 104, tw_str);
MEMBER(tw_plugin_info, vtable, 120, const void*);

GROWS(tw_inspect, 24);
MEMBER(tw_inspect, size, 0, uint32_t);
MEMBER(tw_inspect, instances, 8,
       void (*)(const tw_host*, void*, void (*)(void*, const tw_instance_info*)));
MEMBER(tw_inspect, plugins, 16,
       void (*)(const tw_host*, const char*, void*, void (*)(void*, const tw_plugin_info*)));

FROZEN(tw_ref, 16);
MEMBER(tw_ref, vtable, 0, const void*);
MEMBER(tw_ref, self, 8, tw_instance*);

GROWS(tw_services, 16);
MEMBER(tw_services, size, 0, uint32_t);
MEMBER(tw_services, find, 8,
       tw_status (*)(const tw_host*, const char*, tw_str, tw_ref*, tw_error*));

GROWS(tw_making, 64);
MEMBER(tw_making, size, 0, uint32_t);
MEMBER(tw_making, flags, 4, uint32_t);
MEMBER(tw_making, plugin, 8, tw_str);
MEMBER(tw_making, name, 24, tw_str);
MEMBER(tw_making, options, 40, const tw_field*);
MEMBER(tw_making, n_options, 48, size_t);
MEMBER(tw_making, ext, 56, const char*);

GROWS(tw_instances, 24);
MEMBER(tw_instances, size, 0, uint32_t);
MEMBER(tw_instances, make, 8, tw_status (*)(const tw_host*, const tw_making*, tw_ref*, tw_error*));
MEMBER(tw_instances, drop, 16, void (*)(const tw_host*, const tw_ref*));

GROWS(tw_state, 32);
MEMBER(tw_state, size, 0, uint32_t);
MEMBER(tw_state, get, 8, tw_status (*)(const tw_host*, tw_str, void*, size_t, size_t*));
MEMBER(tw_state, put, 16, tw_status (*)(const tw_host*, tw_str, tw_str));
MEMBER(tw_state, del, 24, tw_status (*)(const tw_host*, tw_str));

GROWS(tw_timer, 24);
MEMBER(tw_timer, size, 0, uint32_t);
MEMBER(tw_timer, set, 8,
       tw_status (*)(const tw_host*, int64_t, int64_t, void*, void (*)(void*), uint64_t*));
MEMBER(tw_timer, cancel, 16, void (*)(const tw_host*, uint64_t));

GROWS(tw_aggregator, 24);
MEMBER(tw_aggregator, size, 0, uint32_t);
MEMBER(tw_aggregator, add, 8, tw_status (*)(tw_instance*, const tw_batch*, tw_error*));
MEMBER(tw_aggregator, push, 16, tw_status (*)(tw_instance*, const tw_sink*, tw_error*));

GROWS(tw_event, 176);
MEMBER(tw_event, size, 0, uint32_t);
MEMBER(tw_event, level, 4, uint32_t);
MEMBER(tw_event, previous, 8, uint32_t);
MEMBER(tw_event, flags, 12, uint32_t);
MEMBER(tw_event, topic, 16, tw_str);
MEMBER(tw_event, id, 32, tw_str);
MEMBER(tw_event, message, 48, tw_str);
MEMBER(tw_event, details, 64, tw_str);
MEMBER(tw_event, task, 80, tw_str);
MEMBER(tw_event, time_ns, 96, int64_t);
MEMBER(tw_event, duration_ns, 104, int64_t);
MEMBER(tw_event, name, 112, tw_str);
MEMBER(tw_event, tags, 128, const tw_tag*);
MEMBER(tw_event, n_tags, 136, size_t);
MEMBER(tw_event, fields, 144, const tw_field*);
MEMBER(tw_event, n_fields, 152, size_t);
MEMBER(tw_event, json, 160, tw_str);

GROWS(tw_handler, 16);
MEMBER(tw_handler, size, 0, uint32_t);
MEMBER(tw_handler, handle, 8, tw_status (*)(tw_instance*, const tw_event*, tw_error*));

FROZEN(tw_http_header, 32);
MEMBER(tw_http_header, name, 0, tw_str);
MEMBER(tw_http_header, value, 16, tw_str);

GROWS(tw_http_request, 120);
MEMBER(tw_http_request, size, 0, uint32_t);
MEMBER(tw_http_request, flags, 4, uint32_t);
MEMBER(tw_http_request, method, 8, tw_str);
MEMBER(tw_http_request, path, 24, tw_str);
MEMBER(tw_http_request, query, 40, tw_str);
MEMBER(tw_http_request, headers, 56, const tw_http_header*);
MEMBER(tw_http_request, n_headers, 64, size_t);
MEMBER(tw_http_request, params, 72, const tw_tag*);
MEMBER(tw_http_request, n_params, 80, size_t);
MEMBER(tw_http_request, body, 88, tw_str);
MEMBER(tw_http_request, peer, 104, tw_str);

GROWS(tw_http_response, 48);
MEMBER(tw_http_response, size, 0, uint32_t);
MEMBER(tw_http_response, self, 8, void*);
MEMBER(tw_http_response, head, 16,
       tw_status (*)(const tw_http_response*, uint32_t, const tw_http_header*, size_t));
MEMBER(tw_http_response, write, 24, tw_status (*)(const tw_http_response*, tw_str));
MEMBER(tw_http_response, end, 32, void (*)(const tw_http_response*));
MEMBER(tw_http_response, gone, 40, bool (*)(const tw_http_response*));

GROWS(tw_http_route, 56);
MEMBER(tw_http_route, size, 0, uint32_t);
MEMBER(tw_http_route, method, 8, tw_str);
MEMBER(tw_http_route, pattern, 24, tw_str);
MEMBER(tw_http_route, self, 40, void*);
MEMBER(tw_http_route, handle, 48,
       tw_status (*)(void*, const tw_http_request*, const tw_http_response*, tw_error*));

GROWS(tw_http_server, 32);
MEMBER(tw_http_server, size, 0, uint32_t);
MEMBER(tw_http_server, route, 8, tw_status (*)(tw_instance*, const tw_http_route*, tw_error*));
MEMBER(tw_http_server, unroute, 16, void (*)(tw_instance*, void*));
MEMBER(tw_http_server, address, 24, tw_str (*)(tw_instance*));

GROWS(tw_input, 16);
MEMBER(tw_input, size, 0, uint32_t);
MEMBER(tw_input, gather, 8, tw_status (*)(tw_instance*, const tw_sink*, tw_error*));

GROWS(tw_interrupt, 16);
MEMBER(tw_interrupt, size, 0, uint32_t);
MEMBER(tw_interrupt, wake, 8, void (*)(tw_instance*));

FROZEN(tw_ext, 16);
MEMBER(tw_ext, id, 0, const char*);
MEMBER(tw_ext, vtable, 8, const void*);

GROWS(tw_plugin, 72);
MEMBER(tw_plugin, size, 0, uint32_t);
MEMBER(tw_plugin, flags, 4, uint32_t);
MEMBER(tw_plugin, id, 8, const char*);
MEMBER(tw_plugin, summary, 16, const char*);
MEMBER(tw_plugin, options, 24, const tw_option*);
MEMBER(tw_plugin, exts, 32, const tw_ext*);
MEMBER(tw_plugin, create, 40,
       tw_status (*)(const tw_host*, const tw_config*, tw_instance**, tw_error*));
MEMBER(tw_plugin, start, 48, tw_status (*)(tw_instance*, tw_error*));
MEMBER(tw_plugin, stop, 56, tw_status (*)(tw_instance*, tw_error*));
MEMBER(tw_plugin, destroy, 64, void (*)(tw_instance*));

GROWS(tw_module, 48);
MEMBER(tw_module, size, 0, uint32_t);
MEMBER(tw_module, abi_minor, 4, uint32_t);
MEMBER(tw_module, needs_minor, 8, uint32_t);
MEMBER(tw_module, id, 16, const char*);
MEMBER(tw_module, version, 24, const char*);
MEMBER(tw_module, license, 32, const char*);
MEMBER(tw_module, plugins, 40, const tw_plugin* const*);

GROWS(tw_memory, 16);
MEMBER(tw_memory, size, 0, uint32_t);
MEMBER(tw_memory, bytes, 8, uint64_t (*)(tw_instance*));

GROWS(tw_output, 16);
MEMBER(tw_output, size, 0, uint32_t);
MEMBER(tw_output, write, 8, tw_status (*)(tw_instance*, const tw_batch*, tw_error*));

FROZEN(tw_file, 32);
MEMBER(tw_file, path, 0, const char*);
MEMBER(tw_file, mime, 8, const char*);
MEMBER(tw_file, data, 16, const void*);
MEMBER(tw_file, len, 24, size_t);

GROWS(tw_panel, 24);
MEMBER(tw_panel, size, 0, uint32_t);
MEMBER(tw_panel, manifest, 8, const char*);
MEMBER(tw_panel, files, 16, const tw_file*);

GROWS(tw_parser, 16);
MEMBER(tw_parser, size, 0, uint32_t);
MEMBER(tw_parser, parse, 8,
       tw_status (*)(tw_instance*, tw_str, uint32_t, size_t*, const tw_sink*, tw_error*));

GROWS(tw_processor, 16);
MEMBER(tw_processor, size, 0, uint32_t);
MEMBER(tw_processor, process, 8,
       tw_status (*)(tw_instance*, const tw_batch*, const tw_sink*, tw_error*));

GROWS(tw_request, 104);
MEMBER(tw_request, size, 0, uint32_t);
MEMBER(tw_request, flags, 4, uint32_t);
MEMBER(tw_request, text, 8, tw_str);
MEMBER(tw_request, database, 24, tw_str);
MEMBER(tw_request, retention, 40, tw_str);
MEMBER(tw_request, params, 56, const tw_field*);
MEMBER(tw_request, n_params, 64, size_t);
MEMBER(tw_request, now_ns, 72, int64_t);
MEMBER(tw_request, deadline_ns, 80, int64_t);
MEMBER(tw_request, params_json, 88, tw_str);

GROWS(tw_result, 112);
MEMBER(tw_result, size, 0, uint32_t);
MEMBER(tw_result, statement, 4, int32_t);
MEMBER(tw_result, name, 8, tw_str);
MEMBER(tw_result, tags, 24, const tw_tag*);
MEMBER(tw_result, n_tags, 32, size_t);
MEMBER(tw_result, rows, 40, struct ArrowArrayStream);
MEMBER(tw_result, error, 80, tw_str);
MEMBER(tw_result, message, 96, tw_str);

GROWS(tw_results, 40);
MEMBER(tw_results, size, 0, uint32_t);
MEMBER(tw_results, self, 8, void*);
MEMBER(tw_results, next, 16, tw_status (*)(tw_results*, tw_result*, tw_error*));
MEMBER(tw_results, cancel, 24, void (*)(tw_results*));
MEMBER(tw_results, release, 32, void (*)(tw_results*));

GROWS(tw_query, 32);
MEMBER(tw_query, size, 0, uint32_t);
MEMBER(tw_query, language, 8, const char*);
MEMBER(tw_query, run, 16, tw_status (*)(tw_instance*, const tw_request*, tw_results*, tw_error*));
MEMBER(tw_query, example, 24, const char*);

GROWS(tw_serializer, 16);
MEMBER(tw_serializer, size, 0, uint32_t);
MEMBER(tw_serializer, serialize, 8,
       tw_status (*)(tw_instance*, const tw_batch*, const tw_writer*, tw_error*));

GROWS(tw_service, 4);
MEMBER(tw_service, size, 0, uint32_t);

GROWS(tw_snapshot, 24);
MEMBER(tw_snapshot, size, 0, uint32_t);
MEMBER(tw_snapshot, save, 8, tw_status (*)(tw_instance*, const tw_writer*, tw_error*));
MEMBER(tw_snapshot, load, 16, tw_status (*)(tw_instance*, tw_str, tw_error*));

FROZEN(tw_where, 40);
MEMBER(tw_where, tag, 0, tw_str);
MEMBER(tw_where, value, 16, tw_str);
MEMBER(tw_where, op, 32, uint32_t);
MEMBER(tw_where, pad, 36, uint32_t);

GROWS(tw_scan, 128);
MEMBER(tw_scan, size, 0, uint32_t);
MEMBER(tw_scan, flags, 4, uint32_t);
MEMBER(tw_scan, database, 8, tw_str);
MEMBER(tw_scan, retention, 24, tw_str);
MEMBER(tw_scan, measurement, 40, tw_str);
MEMBER(tw_scan, from_ns, 56, int64_t);
MEMBER(tw_scan, to_ns, 64, int64_t);
MEMBER(tw_scan, columns, 72, const tw_str*);
MEMBER(tw_scan, n_columns, 80, size_t);
MEMBER(tw_scan, where, 88, const tw_where*);
MEMBER(tw_scan, n_where, 96, size_t);
MEMBER(tw_scan, limit, 104, uint64_t);
MEMBER(tw_scan, name, 112, tw_str);

GROWS(tw_rows, 104);
MEMBER(tw_rows, size, 0, uint32_t);
MEMBER(tw_rows, n_tags, 4, uint32_t);
MEMBER(tw_rows, tags, 8, const tw_tag*);
MEMBER(tw_rows, series, 16, uint64_t);
MEMBER(tw_rows, array, 24, struct ArrowArray);

GROWS(tw_scanner, 40);
MEMBER(tw_scanner, size, 0, uint32_t);
MEMBER(tw_scanner, self, 8, void*);
MEMBER(tw_scanner, schema, 16, tw_status (*)(tw_scanner*, struct ArrowSchema*, tw_error*));
MEMBER(tw_scanner, next, 24, tw_status (*)(tw_scanner*, tw_rows*, tw_error*));
MEMBER(tw_scanner, release, 32, void (*)(tw_scanner*));

GROWS(tw_definition, 112);
MEMBER(tw_definition, size, 0, uint32_t);
MEMBER(tw_definition, what, 4, uint32_t);
MEMBER(tw_definition, flags, 8, uint32_t);
MEMBER(tw_definition, replicas, 12, uint32_t);
MEMBER(tw_definition, database, 16, tw_str);
MEMBER(tw_definition, name, 32, tw_str);
MEMBER(tw_definition, retention, 48, tw_str);
MEMBER(tw_definition, duration_ns, 64, int64_t);
MEMBER(tw_definition, shard_duration_ns, 72, int64_t);
MEMBER(tw_definition, mode, 80, tw_str);
MEMBER(tw_definition, destinations, 96, const tw_str*);
MEMBER(tw_definition, n_destinations, 104, size_t);

GROWS(tw_storage, 48);
MEMBER(tw_storage, size, 0, uint32_t);
MEMBER(tw_storage, write, 8,
       tw_status (*)(tw_instance*, tw_str, tw_str, const tw_batch*, tw_error*));
MEMBER(tw_storage, scan, 16, tw_status (*)(tw_instance*, const tw_scan*, tw_scanner*, tw_error*));
MEMBER(tw_storage, list, 24,
       tw_status (*)(tw_instance*, uint32_t, const tw_scan*, struct ArrowArrayStream*, tw_error*));
MEMBER(tw_storage, define, 32, tw_status (*)(tw_instance*, const tw_definition*, tw_error*));
MEMBER(tw_storage, drop, 40, tw_status (*)(tw_instance*, uint32_t, const tw_scan*, tw_error*));

GROWS(tw_listener, 24);
MEMBER(tw_listener, size, 0, uint32_t);
MEMBER(tw_listener, self, 8, void*);
MEMBER(tw_listener, written, 16, void (*)(const tw_listener*, tw_str, tw_str, const tw_batch*));

GROWS(tw_feed, 24);
MEMBER(tw_feed, size, 0, uint32_t);
MEMBER(tw_feed, listen, 8, tw_status (*)(tw_instance*, const tw_listener*, tw_error*));
MEMBER(tw_feed, unlisten, 16, void (*)(tw_instance*, const tw_listener*));

FROZEN(tw_aggregate, 32);
MEMBER(tw_aggregate, column, 0, tw_str);
MEMBER(tw_aggregate, function, 16, uint32_t);
MEMBER(tw_aggregate, pad, 20, uint32_t);
MEMBER(tw_aggregate, parameter, 24, double);

GROWS(tw_aggregation, 72);
MEMBER(tw_aggregation, size, 0, uint32_t);
MEMBER(tw_aggregation, flags, 4, uint32_t);
MEMBER(tw_aggregation, rows, 8, const tw_scan*);
MEMBER(tw_aggregation, group_by, 16, const tw_str*);
MEMBER(tw_aggregation, n_group_by, 24, size_t);
MEMBER(tw_aggregation, bucket_ns, 32, int64_t);
MEMBER(tw_aggregation, offset_ns, 40, int64_t);
MEMBER(tw_aggregation, limit, 48, uint64_t);
MEMBER(tw_aggregation, aggregates, 56, const tw_aggregate*);
MEMBER(tw_aggregation, n_aggregates, 64, size_t);

GROWS(tw_storage_aggregate, 16);
MEMBER(tw_storage_aggregate, size, 0, uint32_t);
MEMBER(tw_storage_aggregate, aggregate, 8,
       tw_status (*)(tw_instance*, const tw_aggregation*, tw_scanner*, tw_error*));

FROZEN(tw_group, 40);
MEMBER(tw_group, name, 0, tw_str);
MEMBER(tw_group, tags, 16, const tw_tag*);
MEMBER(tw_group, n_tags, 24, size_t);
MEMBER(tw_group, end_ns, 32, int64_t);

GROWS(tw_stream, 32);
MEMBER(tw_stream, size, 0, uint32_t);
MEMBER(tw_stream, points, 8,
       tw_status (*)(tw_instance*, const tw_group*, const tw_batch*, const tw_sink*, tw_error*));
MEMBER(tw_stream, open, 16,
       tw_status (*)(tw_instance*, const tw_group*, const tw_sink*, tw_error*));
MEMBER(tw_stream, close, 24,
       tw_status (*)(tw_instance*, const tw_group*, const tw_sink*, tw_error*));

static_assert(std::is_same_v<decltype(tw_value{}.as.f), double>);
static_assert(std::is_same_v<decltype(tw_value{}.as.i), int64_t>);
static_assert(std::is_same_v<decltype(tw_value{}.as.u), uint64_t>);
static_assert(std::is_same_v<decltype(tw_value{}.as.b), bool>);
static_assert(std::is_same_v<decltype(tw_value{}.as.s), const char*>);

CONSTANT(TW_OK, 0);
CONSTANT(TW_AGAIN, 1);
CONSTANT(TW_PARTIAL, 2);
CONSTANT(TW_DONE, 3);
CONSTANT(TW_E_INVALID, -1);
CONSTANT(TW_E_IO, -2);
CONSTANT(TW_E_NOT_FOUND, -3);
CONSTANT(TW_E_UNSUPPORTED, -4);
CONSTANT(TW_E_CANCELLED, -5);
CONSTANT(TW_E_NOMEM, -6);
CONSTANT(TW_E_DENIED, -7);
CONSTANT(TW_E_INTERNAL, -99);
CONSTANT(TW_OPT_STRING, 1);
CONSTANT(TW_OPT_BOOL, 2);
CONSTANT(TW_OPT_INT, 3);
CONSTANT(TW_OPT_FLOAT, 4);
CONSTANT(TW_OPT_DURATION, 5);
CONSTANT(TW_OPT_SIZE, 6);
CONSTANT(TW_OPT_TABLE, 7);
CONSTANT(TW_REQUIRED, 1);
CONSTANT(TW_LIST, 2);
CONSTANT(TW_SECRET, 4);
CONSTANT(TW_LOG_ERROR, 0);
CONSTANT(TW_LOG_WARN, 1);
CONSTANT(TW_LOG_INFO, 2);
CONSTANT(TW_LOG_DEBUG, 3);
CONSTANT(TW_FLOAT, 1);
CONSTANT(TW_INT, 2);
CONSTANT(TW_UINT, 3);
CONSTANT(TW_BOOL, 4);
CONSTANT(TW_STRING, 5);
CONSTANT(TW_UNTYPED, 0);
CONSTANT(TW_COUNTER, 1);
CONSTANT(TW_GAUGE, 2);
CONSTANT(TW_HISTOGRAM, 3);
CONSTANT(TW_SUMMARY, 4);
CONSTANT(TW_CREATED, 1);
CONSTANT(TW_STARTED, 2);
CONSTANT(TW_STOPPED, 3);
CONSTANT(TW_FAILED, 4);
CONSTANT(TW_STUCK, 5);
CONSTANT(TW_MAKE_INHERIT, 1);
CONSTANT(TW_LEVEL_OK, 0);
CONSTANT(TW_LEVEL_INFO, 1);
CONSTANT(TW_LEVEL_WARNING, 2);
CONSTANT(TW_LEVEL_CRITICAL, 3);
CONSTANT(TW_CONCURRENT, 1);
CONSTANT(TW_ISOLATE, 2);
CONSTANT(TW_EXCLUSIVE, 4);
CONSTANT(TW_PARSE_FINAL, 1);
CONSTANT(TW_QUERY_READ_ONLY, 1);
CONSTANT(TW_EQ, 1);
CONSTANT(TW_NE, 2);
CONSTANT(TW_MATCH, 3);
CONSTANT(TW_NO_MATCH, 4);
CONSTANT(TW_SCAN_DESCENDING, 1);
CONSTANT(TW_LIST_COUNT, 2);
CONSTANT(TW_DATABASES, 1);
CONSTANT(TW_RETENTION_POLICIES, 2);
CONSTANT(TW_MEASUREMENTS, 3);
CONSTANT(TW_TAG_KEYS, 4);
CONSTANT(TW_TAG_VALUES, 5);
CONSTANT(TW_FIELD_KEYS, 6);
CONSTANT(TW_SERIES, 7);
CONSTANT(TW_SHARDS, 8);
CONSTANT(TW_SUBSCRIPTIONS, 9);
CONSTANT(TW_ROWS, 10);
CONSTANT(TW_USERS, 11);
CONSTANT(TW_GRANTS, 12);
CONSTANT(TW_CONTINUOUS_QUERIES, 13);
CONSTANT(TW_DEFINE_ALTER, 1);
CONSTANT(TW_DEFINE_DEFAULT, 2);
CONSTANT(TW_DEFINE_HAS_DURATION, 4);
CONSTANT(TW_DEFINE_HAS_SHARD_DURATION, 8);
CONSTANT(TW_DEFINE_HAS_REPLICAS, 16);
CONSTANT(TW_DEFINE_HAS_ADMIN, 32);
CONSTANT(TW_DEFINE_ADMIN, 64);
CONSTANT(TW_AGGREGATE_COUNT, 1);
CONSTANT(TW_AGGREGATE_SUM, 2);
CONSTANT(TW_AGGREGATE_MEAN, 3);
CONSTANT(TW_AGGREGATE_MIN, 4);
CONSTANT(TW_AGGREGATE_MAX, 5);
CONSTANT(TW_AGGREGATE_FIRST, 6);
CONSTANT(TW_AGGREGATE_LAST, 7);
CONSTANT(TW_AGGREGATE_SPREAD, 8);
CONSTANT(TW_AGGREGATE_PERCENTILE, 9);
CONSTANT(TW_AGGREGATE_TIMES, 1);
CONSTANT(TW_NOW, INT64_MIN);
CONSTANT(TW_ABI_MAJOR, 1);

ID(TW_MODULE_SYMBOL_NAME, "tickwork_module_v1");
ID(TW_DELIVERY, "tw.delivery/1");
ID(TW_EMIT, "tw.emit/1");
ID(TW_INSPECT, "tw.inspect/1");
ID(TW_SERVICES, "tw.services/1");
ID(TW_INSTANCES, "tw.instances/1");
ID(TW_STATE, "tw.state/1");
ID(TW_TIMER, "tw.timer/1");
ID(TW_AGGREGATOR, "tw.aggregator/1");
ID(TW_HANDLER, "tw.handler/1");
ID(TW_HTTP_SERVER, "tw.http-server/1");
ID(TW_INPUT, "tw.input/1");
ID(TW_INTERRUPT, "tw.interrupt/1");
ID(TW_MEMORY, "tw.memory/1");
ID(TW_OUTPUT, "tw.output/1");
ID(TW_PANEL, "tw.panel/1");
ID(TW_PARSER, "tw.parser/1");
ID(TW_PROCESSOR, "tw.processor/1");
ID(TW_QUERY, "tw.query/1");
ID(TW_SERIALIZER, "tw.serializer/1");
ID(TW_SERVICE, "tw.service/1");
ID(TW_SNAPSHOT, "tw.snapshot/1");
ID(TW_STORAGE, "tw.storage/1");
ID(TW_FEED, "tw.feed/1");
ID(TW_STORAGE_AGGREGATE, "tw.storage-aggregate/1");
ID(TW_STREAM, "tw.stream/1");
