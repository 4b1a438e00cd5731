// SPDX-License-Identifier: MIT
// tw.draft.libraries/1.
#include <tickwork/draft/libraries.h>

#include <map>

#include "graph/batch.hpp"
#include "graph/instance.hpp"
#include "graph/runtime.hpp"
#include "service/table.hpp"

namespace tickwork::host {

namespace {

using VisitLibrary = void (*)(void*, const tw_library_info*);

void libraries(const tw_host* host, void* self, VisitLibrary visit) {
  visit_libraries(Instance::of(host).runtime(), self, visit);
}

}  // namespace

void visit_libraries(const Runtime& runtime, void* self, VisitLibrary visit) {
  std::map<const tw_module*, uint64_t> users;
  for (const SlotPtr& slot : runtime.registry.all()) {
    if (const auto instance = slot->get()) ++users[instance->plugin().module];
  }
  for (const LibraryInfo& library : runtime.catalogue.libraries()) {
    tw_library_info info{};
    info.size = sizeof info;
    info.flags = library.superseded ? uint32_t{TW_LIBRARY_SUPERSEDED} : 0;
    info.file = borrow(library.file);
    info.module = borrow(library.module);
    info.version = borrow(library.version);
    info.loaded_ns = library.loaded_ns;
    info.bytes = library.bytes;
    info.instances = users[library.tables];
    visit(self, &info);
  }
}

const tw_libraries libraries_service{sizeof(tw_libraries), libraries};

}  // namespace tickwork::host
