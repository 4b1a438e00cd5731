// SPDX-License-Identifier: MIT
// Tests 39 and 40: parsers and serializers.
#include <fmt/format.h>

#include <random>

#include "check/rig.hpp"
#include "check/samples.hpp"
#include "check/test.hpp"

namespace tickwork::host::check {
namespace {

using testing::Instance;

// Parses text in pieces, offering what was not used again with more behind it.
std::string parse_in_pieces(Instance& parser, std::string_view text, size_t piece) {
  std::string points, kept;
  do {
    const size_t n = std::min(piece, text.size());
    kept += text.substr(0, n);
    text.remove_prefix(n);
    const std::string more = parser.parse(kept, text.empty());
    if (!more.empty()) points += (points.empty() ? "" : "\n") + more;
    kept.erase(0, std::min(parser.used(), kept.size()));
  } while (!text.empty());
  return points;
}

// A fresh parser for each text, since some remember a header.
std::string parse_fresh(Case& c, const tw_plugin& p, std::string_view text, size_t piece) {
  Rig rig{c, p};
  if (!rig.ready()) throw Unusable{};
  c.doing(fmt::format("parse of {} in pieces of {}: {:.40}", p.id, piece, text));
  std::string points = parse_in_pieces(rig.instance(), text, piece);
  rig.fine("parse");
  rig.report_complaints();
  return points;
}

void parser_split(Case& c) {
  for (const tw_plugin* p : c.plugins_with(TW_PARSER, "parser"))
    for (const std::string_view text : sample_texts()) {
      const std::string whole = parse_fresh(c, *p, text, text.size());
      for (const size_t piece : {1u, 3u, 7u, 20u})
        if (const std::string split = parse_fresh(c, *p, text, piece); split != whole) {
          c.error(
              fmt::format("{}: other points when cut into pieces of {}: \"{}\" gives \"{}\", "
                          "whole \"{}\"",
                          p->id, piece, text, split, whole));
          break;
        }
    }
}

std::string mutated(std::string_view text, std::mt19937_64& random) {
  std::string out{text};
  for (uint64_t edits = 1 + random() % 4; edits > 0; --edits) {
    const size_t at = out.empty() ? 0 : random() % out.size();
    switch (random() % 4) {
      case 0:
        out.insert(at, 1, static_cast<char>(random()));
        break;
      case 1:
        if (!out.empty()) out.erase(at, 1 + random() % 3);
        break;
      case 2:
        if (!out.empty()) out[at] = static_cast<char>(random());
        break;
      default:
        out += out.substr(at);
    }
  }
  return out;
}

void parser_fuzz(Case& c) {
  std::mt19937_64 random{c.subject().seed};
  for (const tw_plugin* p : c.plugins_with(TW_PARSER, "parser")) {
    Rig rig{c, *p};
    if (!rig.ready()) continue;
    for (int i = 0; i < 2000; ++i) {
      const std::string_view sample = sample_texts()[random() % sample_texts().size()];
      const std::string text = mutated(sample, random);
      c.doing(fmt::format("parse of {}, mutation {} with --seed {}", p->id, i, c.subject().seed));
      rig.instance().parse(text, i % 2 == 0);
      if (rig.instance().used() > text.size())
        return c.error(
            fmt::format("{}: used {} of {} bytes", p->id, rig.instance().used(), text.size()));
      rig.fine("parse");
    }
    rig.report_complaints();
  }
}

// Formats may lose types; what came through once must come through again unchanged.
void round_trip(Case& c) {
  for (const tw_plugin* p : c.plugins_with(TW_SERIALIZER, "serializer")) {
    Rig rig{c, *p};
    if (!rig.ready()) continue;
    c.doing(fmt::format("serialize of {}", p->id));
    const std::string points = sample_points(6).text();
    const std::string bytes = rig.instance().serialize(points);
    if (!rig.fine("serialize")) {
      c.note(fmt::format("{} not exercised: {}", p->id, rig.instance().error()));
      continue;
    }
    if (bytes.empty()) c.error(fmt::format("{}: serialize writes nothing", p->id));
    if (!ext_of(*p, TW_PARSER)) continue;
    c.doing(fmt::format("parse of what {} wrote", p->id));
    const std::string back = rig.instance().parse(bytes);
    if (back == points) continue;
    const std::string again = rig.fine("parse") && !back.empty()
                                  ? rig.instance().parse(rig.instance().serialize(back))
                                  : "";
    if (again != back || back.empty())
      c.note(fmt::format("{}: its parser does not read back what its serializer writes", p->id));
    else
      c.note(fmt::format("{}: is not lossless", p->id));
  }
}

}  // namespace

std::span<const Test> format_tests() {
  static constexpr Test tests[] = {
      {39, "parser-split", parser_split},
      {50, "parser-fuzz", parser_fuzz},
      {40, "round-trip", round_trip},
  };
  return tests;
}

}  // namespace tickwork::host::check
