// SPDX-License-Identifier: MIT
// tw_plugin.create does not say which plugin it is called for, so each row has a function of its
// own. This process runs one test of the validator and ends.
#include "check/isolated_module.hpp"

#include <array>
#include <utility>

#include "isolate/crossing.hpp"
#include "isolate/remote.hpp"
#include "isolate/stand_in_data.hpp"

namespace tickwork::host::check {

struct IsolatedModule::Row {
  RemotePlugin remote;
  QueryTable query;
  std::vector<tw_ext> exts;
  tw_plugin plugin{};
  Spawner spawner;
  Workers workers;

  Row(RemotePlugin r, const std::string& program) : remote{std::move(r)}, spawner{program} {}
};

namespace {

std::array<IsolatedModule::Row*, 16> rows;

Remote& remote(tw_instance* self) { return static_cast<Remote&>(Callee::of(self)); }

template <size_t row>
tw_status create(const tw_host* host, const tw_config* config, tw_instance** self,
                 tw_error* error) {
  auto& table = *rows[row];
  auto made = std::make_unique<Remote>(table.remote, RemoteLimits{}, table.spawner, table.workers,
                                       Remote::Died{});
  const tw_status status = made->create(host, config, error);
  if (status >= 0) *self = made.release()->as_instance();
  return status;
}
tw_status start(tw_instance* self, tw_error* error) { return remote(self).start(error); }
tw_status stop(tw_instance* self, tw_error* error) {
  remote(self).tell_stopping();
  return remote(self).stop(error);
}
void destroy(tw_instance* self) {
  const std::unique_ptr<Remote> ended{&remote(self)};
  ended->destroy();
}

using Create = tw_status (*)(const tw_host*, const tw_config*, tw_instance**, tw_error*);
template <size_t... row>
constexpr std::array<Create, sizeof...(row)> creates(std::index_sequence<row...>) {
  return {create<row>...};
}
constexpr auto create_of = creates(std::make_index_sequence<rows.size()>{});

}  // namespace

IsolatedModule::IsolatedModule(const tw_module& module, const std::string& file,
                               const std::string& program) {
  for (const tw_plugin* const* at = module.plugins; *at && rows_.size() < rows.size(); ++at) {
    const tw_plugin& plugin = **at;
    RemotePlugin wanted{file, plugin.id, {}, nullptr};
    for (const tw_ext* ext = plugin.exts; ext && ext->id; ++ext) wanted.exts.push_back(ext->id);
    const std::string why = why_not_isolated(wanted.exts);
    if (!why.empty()) {
      left_out_.push_back(std::string{plugin.id} + ": " + why);
      continue;
    }
    auto row = std::make_unique<Row>(std::move(wanted), program);
    for (const tw_ext* ext = plugin.exts; ext->id; ++ext) {
      if (!stand_in(ext->id)) continue;
      row->exts.push_back({ext->id, stand_in(ext->id)});
      if (row->exts.back().vtable != &query_stand_in) continue;
      row->query.vtable = query_stand_in;
      const auto* original = static_cast<const tw_query*>(ext->vtable);
      row->query.vtable.language = original->language;
      row->query.vtable.example = TW_HAS(original, example) ? original->example : nullptr;
      row->exts.back().vtable = &row->query.vtable;
    }
    row->exts.push_back({nullptr, nullptr});
    row->plugin = plugin;
    row->plugin.size = sizeof row->plugin;
    row->plugin.exts = row->exts.data();
    row->plugin.create = create_of[rows_.size()];
    row->plugin.start = start;
    row->plugin.stop = stop;
    row->plugin.destroy = destroy;
    rows[rows_.size()] = row.get();
    plugins_.push_back(&row->plugin);
    rows_.push_back(std::move(row));
  }
  plugins_.push_back(nullptr);
  module_ = module;
  module_.size = sizeof module_;
  module_.plugins = plugins_.data();
}

IsolatedModule::~IsolatedModule() { rows.fill(nullptr); }

}  // namespace tickwork::host::check
