// SPDX-License-Identifier: MIT
// The tw_host of an instance and the services behind its ext().
#pragma once

#include <tickwork/draft/changes.h>
#include <tickwork/draft/libraries.h>
#include <tickwork/tickwork.h>

namespace tickwork::host {

class Instance;
struct Runtime;

void fill_host_table(tw_host& table, Instance& instance);

// One table a service; the functions find their instance by tw_host.self.
extern const tw_emit emit_service;
extern const tw_delivery delivery_service;
extern const tw_state state_service;
extern const tw_timer timer_service;
extern const tw_services services_service;
extern const tw_instances instances_service;
extern const tw_inspect inspect_service;
extern const tw_libraries libraries_service;
extern const tw_changes changes_service;

// The same for the host itself.
void visit_instances(const Runtime& runtime, void* self,
                     void (*visit)(void* self, const tw_instance_info*));
void visit_libraries(const Runtime& runtime, void* self,
                     void (*visit)(void* self, const tw_library_info*));

}  // namespace tickwork::host
