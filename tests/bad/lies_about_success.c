/* SPDX-License-Identifier: MIT */
/* Writes all but one in a hundred of its points, and says that all went well. */
#include "sin.h"

static tw_status swallow(const tw_writer* w, tw_str bytes) {
  (void)w;
  (void)bytes;
  return TW_OK;
}
static tw_status write_most(tw_instance* me, const tw_batch* batch, tw_error* e) {
  const tw_instances* instances = me->host->ext(me->host, TW_INSTANCES);
  const tw_writer writer = {sizeof writer, NULL, swallow};
  tw_making making;
  tw_ref ref;
  tw_batch most = *batch;
  tw_status status;
  if (!instances) return TW_E_UNSUPPORTED;
  memset(&making, 0, sizeof making);
  making.size = sizeof making;
  making.plugin = TW_STR("formats.influx");
  making.ext = TW_SERIALIZER;
  status = instances->make(me->host, &making, &ref, e);
  if (status < 0) return status;
  most.count -= most.count / 100;
  return ((const tw_serializer*)ref.vtable)->serialize(ref.self, &most, &writer, e);
}
static const tw_output output = {sizeof output, write_most};
EXT(TW_OUTPUT, &output);
SINNER("outputs.lies", no_options, plain_create, NULL, NULL, plain_destroy);
