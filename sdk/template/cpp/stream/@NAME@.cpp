// @ID@: passes on the points whose field is above a limit. Replace points by your function; in a
// TICKscript it is @@NAME@().
#include <string>
#include <tickwork/tickwork.hpp>

struct @CLASS@ {
  std::string field;
  double above;

  @CLASS@(tickwork::Host, tickwork::Config config) : field{config.str("field")}, above{config.real("above")} {}

  // Points of one group in time order. What is not added to the sink goes no further.
  void points(const tw_group&, tickwork::Batch batch, tickwork::Sink sink) {
    for (const tw_point& point : batch) {
      const tw_value* value = tickwork::field(point, field);
      if (value && ((value->type == TW_FLOAT && value->as.f > above) ||
                    (value->type == TW_INT && static_cast<double>(value->as.i) > above)))
        sink.add(point);
    }
  }
};

static constexpr tw_option options[] = {{"field", TW_OPT_STRING, 0, "\"value\"", "Field to look at"},
                                        {"above", TW_OPT_FLOAT, 0, "0.0", "The limit"},
                                        {}};

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT",
                tickwork::plugin<@CLASS@>("@ID@", "Passes on points above a limit", options));
