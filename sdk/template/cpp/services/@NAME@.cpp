// @ID@: says every now and then that it lives. Replace tick, or start and stop, by your work.
#include <string>
#include <tickwork/tickwork.hpp>

struct @CLASS@ {
  tickwork::Host host;
  std::string text;
  int64_t every_ns;

  @CLASS@(tickwork::Host h, tickwork::Config config)
      : host{h}, text{config.str("text")}, every_ns{config.duration("every").count()} {
    if (every_ns <= 0) throw tickwork::Error{TW_E_INVALID, "every must be longer than 0s"};
  }

  // A thread of its own would be made here and joined in stop; a timer needs neither.
  void start() {
    uint64_t id;
    host.need<tw_timer>().set(host.raw(), 0, every_ns, this, tick, &id);
  }

  void stop() {}

  static void tick(void* self) {
    const auto& me = *static_cast<@CLASS@*>(self);
    me.host.info(me.text);
  }
};

static constexpr tw_option options[] = {{"text", TW_OPT_STRING, 0, "\"still here\"", "What to say"},
                                        {"every", TW_OPT_DURATION, 0, "\"1m\"", "How often"},
                                        {}};

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT",
                tickwork::plugin<@CLASS@>("@ID@", "Says now and then that it lives", options));
